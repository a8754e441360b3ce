/**
 * Who waits for whom is forgotten when the wait is over, and looked at without a stack and without looking twice.
 */
import { type Deadlock, type LockManager, LockTimeoutError } from 'lockmeter';
import { nestings } from '../../src/deadlock/nesting.js';
import { deferred } from '../support/deferred.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { later } from './circles.js';

/** What is kept of waits. */
function kept(): number {
  const { byHold, byWaiter } = nestings().waits as unknown as Record<'byHold' | 'byWaiter', Map<unknown, unknown>>;
  return byHold.size + byWaiter.size;
}

/** The deadlocks of a manager, as they are said. */
function heard(manager: LockManager): Deadlock[] {
  const deadlocks: Deadlock[] = [];
  manager.watch({ onDeadlock: (deadlock) => deadlocks.push(deadlock) });
  return deadlocks;
}

/** Ways in which a wait inside of a hold ends. */
const endings: Record<string, (manager: LockManager) => Promise<unknown>> = {
  'its turn': async (manager) => {
    const gate = deferred();
    const holder = manager.run('b', () => gate.promise);
    const nested = manager.run('a', () => manager.run('b', () => 'in'));
    gate.resolve();
    await Promise.all([holder, nested]);
  },
  'a timeout': (manager) => manager.run('a', () => manager.run('a', () => 'in', { timeout: 5 })),
  'an abort': (manager) => {
    const client = new AbortController();
    const nested = manager.run('a', () => manager.run('a', () => 'in', { signal: client.signal }));
    client.abort(new Error('left'));
    return nested;
  },
  'a closed manager': (manager) => {
    const nested = manager.run('a', () => manager.run('a', () => 'in'));
    void manager.close({ reject: true });
    return nested;
  },
  'a deadlock': () => {
    const throwing = isolatedManager({ deadlocks: 'throw' });
    return throwing.run('a', () => throwing.run('a', () => 'in'));
  },
};

test.each(Object.keys(endings))('%s leaves nothing of a wait behind', async (ending) => {
  const before = kept();
  await endings[ending]!(isolatedManager()).catch(() => undefined);
  await later();
  expect(kept()).toBe(before);
});

test('nor does a wait whose outer hold ends first', async () => {
  const manager = isolatedManager();
  const before = kept();
  const [gate, outerOver] = [deferred(), deferred()];
  const holder = manager.run('c', () => gate.promise);
  let inner: Promise<unknown> | undefined;
  await manager.run('a', () => {
    inner = manager.run('b', async () => {
      const first = manager.run('c', () => 'first');
      await outerOver.promise;
      return Promise.all([first, manager.run('c', () => 'second')]);
    });
  });
  outerOver.resolve();
  await later();
  gate.resolve();
  await holder;
  expect(await inner).toEqual(['first', 'second']);
  expect(kept()).toBe(before);
});

test('a chain of thousands of holders is followed to its end', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const link = (key: number): PromiseLike<unknown> =>
    key === 0 ? gate.promise : later().then(() => manager.run('link', () => 'in', { key: key - 1 }));
  const links = Array.from({ length: 2_000 }, (_, key) => manager.run('link', () => link(key), { key }));
  await later();
  const last = manager.run('other', () => manager.run('link', () => 'in', { key: 1_999 }));
  gate.resolve();
  expect(await last).toBe('in');
  await Promise.all(links);
  expect(manager.snapshot().observerErrors).toBe(0);
  expect(numbersOf(manager, 'link')).toMatchObject({ held: 0, queueDepth: 0 });
});

test('siblings that wait for the same lock close one circle, which is said once', async () => {
  const manager = isolatedManager();
  const deadlocks = heard(manager);
  const gate = deferred();
  const impatient = new AbortController();
  const other = manager.run('b', async () => {
    await gate.promise;
    await manager.run('a', () => 'in', { signal: impatient.signal }).catch(() => undefined);
  });
  await manager.run('a', async () => {
    gate.resolve();
    await later();
    const siblings = [1, 2, 3].map(() => manager.run('b', () => 'in'));
    impatient.abort();
    await Promise.all(siblings);
  });
  await other;
  expect(deadlocks).toHaveLength(1);
  expect(manager.stats.deadlocks).toBe(1);
});

test('who waits behind a deadlock is told of it when it times out', async () => {
  const manager = isolatedManager();
  const limits = [60, 10];
  const stuck = manager.run('a', () => manager.run('a', () => 'in', { timeout: limits[0]! }), { label: 'stuck' });
  const behind = manager.run('a', () => 'in', { timeout: limits[1]! });
  const results = (await Promise.allSettled([stuck, behind])) as PromiseRejectedResult[];
  for (const { reason } of results) {
    expect(reason).toBeInstanceOf(LockTimeoutError);
    expect(reason.message).toMatch(/Deadlock: "stuck" holds "a" and waits for "a"$/);
  }
  expect(results.map(({ reason }) => reason.timeout)).toEqual(limits);
});
