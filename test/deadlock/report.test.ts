/**
 * A deadlock is said when the attempt that closes the circle queues: counted, to `watch`, on the channel, in a warning, and
 * in the error of whoever times out in it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { jest } from '@jest/globals';
import { type Deadlock, LockTimeoutError, withLock } from 'lockmeter';
import { isolatedManager } from '../support/isolated.js';
import { inCircle, later } from './circles.js';

/** The deadlocks of a manager, as they are said. */
function heard(manager = isolatedManager()) {
  const deadlocks: Deadlock[] = [];
  manager.watch({ onDeadlock: (deadlock) => deadlocks.push(deadlock) });
  return { manager, deadlocks };
}

const limit = { timeout: 30 };

test('a method that calls another one under the same lock: said at once, before anybody waited', async () => {
  const { manager, deadlocks } = heard();
  const inner = withLock('cart', async () => 'inner', { manager, label: 'inner', timeout: 30 });
  const outer = withLock(
    'cart',
    async () => {
      const call = inner();
      expect(deadlocks).toHaveLength(1);
      return call;
    },
    { manager, label: 'outer' },
  );
  const error = await outer().catch((reason: unknown) => reason);
  expect(deadlocks[0]!.members).toEqual([
    {
      lock: 'cart',
      key: undefined,
      label: 'outer',
      wants: 'cart',
      wantsKey: undefined,
      site: expect.arrayContaining([expect.stringContaining('report.test.ts')]),
      waited: expect.any(Number),
    },
  ]);
  expect(deadlocks[0]!.members[0]!.site.join('\n')).not.toMatch(/lockmeter\/src|src\/lock|node:/);
  expect(manager.stats.deadlocks).toBe(1);
  expect(error).toBeInstanceOf(LockTimeoutError);
  expect(error).toMatchObject({ deadlock: { members: [{ lock: 'cart', label: 'outer', wants: 'cart' }] } });
  expect((error as Error).message).toMatch(/\. Deadlock: "outer" holds "cart" and waits for "cart"$/);
});

test.each([[['a', 'b']], [['a', 'b', 'c']], [['e', 'd', 'c', 'b', 'a']]])(
  'holders of %j in a circle: one deadlock, with each of them',
  async (names) => {
    const { manager, deadlocks } = heard(isolatedManager({ timeout: 500 }));
    const holders = inCircle(manager, names);
    await later();
    expect(deadlocks).toHaveLength(1);
    const { members } = deadlocks[0]!;
    // Each holds what the one before wants; the last to ask comes first.
    const last = names.at(-1)!;
    expect(members.map(({ lock }) => lock)).toEqual([last, ...names.slice(0, -1)]);
    for (const [i, { lock, wants, label }] of members.entries()) {
      expect(wants).toBe(members[(i + 1) % members.length]!.lock);
      expect(label).toBe(`holder of ${lock}`);
    }
    expect(manager.stats.deadlocks).toBe(1);
    await Promise.allSettled(holders);
  },
);

test('keys are told apart: holders of two keys that want a third are in no circle', async () => {
  const { manager, deadlocks } = heard();
  const both = [1, 2].map((key) =>
    manager.run('row', async () => manager.run('row', async () => later(), { key: 3 }), { key }),
  );
  await Promise.all(both);
  expect(deadlocks).toEqual([]);
});

test('the deadlock names keys; the error’s text, which logs have, does not', async () => {
  const { manager, deadlocks } = heard();
  const again = () => manager.run('row', () => 'in', { key: 'secret', ...limit });
  const error = await manager.run('row', again, { key: 'secret' }).catch((reason: unknown) => reason);
  expect(deadlocks[0]!.members[0]).toMatchObject({ lock: 'row', key: 'secret', wants: 'row', wantsKey: 'secret' });
  expect((error as Error).message.split('Deadlock:')[1]).not.toContain('secret');
});

test('between two managers', async () => {
  const first = heard(isolatedManager(limit));
  const second = isolatedManager(limit);
  const error = await first.manager
    .run('a', () => second.run('b', () => first.manager.run('a', () => 'in')))
    .catch((reason: unknown) => reason);
  expect(first.deadlocks.map(({ members }) => members.map(({ lock, wants }) => [lock, wants]))).toEqual([[['a', 'a']]]);
  expect(error).toMatchObject({ code: 'ERR_LOCK_TIMEOUT' });
});

test('acquire() and hold() in a body are followed as waiters', async () => {
  const { manager, deadlocks } = heard();
  const lock = manager.lock('a');
  await lock.run(() => lock.acquire(limit)).catch(() => undefined);
  await lock.run(() => lock.hold(limit)).catch(() => undefined);
  expect(deadlocks).toHaveLength(2);
});

test('runAll inside a hold of one of its locks', async () => {
  const { manager, deadlocks } = heard();
  await manager.run('b', () => manager.runAll(['a', 'b'], () => 'in', limit)).catch(() => undefined);
  expect(deadlocks).toHaveLength(1);
  expect(manager.lock('a').locked()).toBe(false);
});

describe('no circle, nothing said', () => {
  test('siblings under Promise.all take turns', async () => {
    const { manager, deadlocks } = heard();
    await manager.run('a', () => Promise.all([1, 2, 3].map(() => manager.run('b', later))));
    expect(deadlocks).toEqual([]);
  });

  test('nested in one order by many', async () => {
    const { manager, deadlocks } = heard();
    await Promise.all(Array.from({ length: 10 }, () => manager.run('a', () => manager.run('b', later))));
    expect(deadlocks).toEqual([]);
  });

  test('a timer that was set in a body, after the body', async () => {
    const { manager, deadlocks } = heard();
    const ran = await new Promise((resolve) => {
      void manager.run('a', () => {
        setTimeout(() => {
          // Somebody else holds it now: this context held it once.
          void manager.run('a', later);
          void manager.run('a', () => resolve('ran'));
        }, 1);
      });
    });
    expect(ran).toBe('ran');
    expect(deadlocks).toEqual([]);
  });

  test('a circle that was, and is no more when the next one comes', async () => {
    const { manager, deadlocks } = heard();
    await manager.run('a', () => manager.run('a', () => 'in', limit)).catch(() => undefined);
    const holder = manager.run('a', later);
    await manager.run('b', () => manager.run('a', () => 'in'));
    await holder;
    expect(deadlocks).toHaveLength(1);
  });

  test('off', async () => {
    const { manager, deadlocks } = heard(isolatedManager({ deadlocks: 'off' }));
    const error = await manager.run('a', () => manager.run('a', () => 'in', limit)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_LOCK_TIMEOUT', deadlock: undefined });
    expect(deadlocks).toEqual([]);
    expect(manager.stats.deadlocks).toBe(0);
  });

  test('try, or a timeout of 0: it waits for nobody', async () => {
    const { manager, deadlocks } = heard();
    const lock = manager.lock('a');
    await lock.run(() => [lock.tryAcquire(), lock.run(() => 'in', { timeout: 0 }).catch(() => undefined)]);
    expect(deadlocks).toEqual([]);
  });
});

test('a body that starts the next one for ever leaves no trail of holds behind', async () => {
  const manager = isolatedManager();
  const { nestings } = await import('../../src/deadlock/nesting.js');
  let depth = 0;
  await new Promise<void>((resolve) => {
    let left = 1_000;
    const next = async (): Promise<void> => {
      for (let frame = nestings().frames.getStore(); frame !== undefined; frame = frame.outer) depth++;
      if (--left === 0) resolve();
      else setImmediate(() => manager.run('a', next));
    };
    void manager.run('a', next);
  });
  expect(depth).toBe(1_000);
});

test('the channel has what watch() has, while somebody listens', async () => {
  const manager = isolatedManager();
  const said: unknown[] = [];
  const listener = (message: unknown) => said.push(message);
  subscribe('lockmeter:deadlock', listener);
  const again = () => manager.run('a', () => manager.run('a', () => 'in', limit)).catch(() => undefined);
  await again();
  unsubscribe('lockmeter:deadlock', listener);
  await again();
  expect(said).toEqual([{ members: [expect.objectContaining({ lock: 'a', wants: 'a' })] }]);
  expect(Object.isFrozen(said[0])).toBe(true);
});

test('a listener that throws is counted, the others hear it, and the lock goes on', async () => {
  const manager = isolatedManager();
  manager.watch({
    onDeadlock: () => {
      throw new Error('listener');
    },
  });
  const { deadlocks } = heard(manager);
  const error = await manager.run('a', () => manager.run('a', () => 'in', limit)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LockTimeoutError);
  expect(deadlocks).toHaveLength(1);
  expect(manager.snapshot().observerErrors).toBe(1);
});

test('stopping a watch stops what it hears', async () => {
  const manager = isolatedManager();
  const said: Deadlock[] = [];
  const onDeadlock = (deadlock: Deadlock) => said.push(deadlock);
  const stop = manager.watch({ onDeadlock });
  manager.watch({ onDeadlock });
  stop();
  stop();
  await manager.run('a', () => manager.run('a', () => 'in', limit)).catch(() => undefined);
  expect(said).toHaveLength(1);
});

test('one warning for the same locks, however often, with labels and sites and without keys', async () => {
  const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const manager = isolatedManager();
  const again = () => manager.run('warned of', () => 'in', { key: 'secret', ...limit });
  for (let i = 0; i < 3; i++) {
    await manager.run('warned of', again, { key: 'secret', label: 'GET /again' }).catch(() => undefined);
  }
  const calls = warning.mock.calls as unknown as [string, { detail: string }][];
  warning.mockRestore();
  expect(calls).toEqual([
    [
      'Deadlock (said once for these locks): "GET /again" holds "warned of" and waits for "warned of"',
      { type: 'LockmeterWarning', code: 'LOCKMETER_DEADLOCK', detail: expect.stringContaining('report.test.ts') },
    ],
  ]);
  expect(calls[0]![1].detail).not.toContain('secret');
});
