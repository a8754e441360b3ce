/**
 * `deadlocks: 'throw'`: the attempt that closed the circle is rejected, the others go on, and only with proof: work that a
 * holder does not await waits for its turn as it always did.
 */
import { type Hold, LockDeadlockError, withLock } from 'lockmeter';
import { deferred } from '../support/deferred.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { inCircle, later } from './circles.js';

const throwing = () => isolatedManager({ deadlocks: 'throw' });

test('self re-entry through two methods: the inner call is refused, and the lock is usable', async () => {
  const manager = throwing();
  const inner = withLock('cart', async () => 'inner', { manager });
  const outer = withLock('cart', async () => inner(), { manager, label: 'outer' });
  const error = await outer().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LockDeadlockError);
  expect(error).toMatchObject({
    code: 'ERR_LOCK_DEADLOCK',
    lock: 'cart',
    holderLabel: 'outer',
    queueDepth: 0,
    deadlock: { members: [{ lock: 'cart', wants: 'cart', label: 'outer' }] },
  });
  expect((error as Error).stack).toMatch(
    /^LockDeadlockError: Lock "cart" would never be acquired[\s\S]*throw\.test\.ts/,
  );
  expect(numbersOf(manager, 'cart')).toMatchObject({ held: 0, queueDepth: 0, outcomes: { acquired: 1, rejected: 1 } });
  expect(await manager.run('cart', () => 'usable')).toBe('usable');
});

test.each([[['a', 'b']], [['a', 'b', 'c']]])(
  'holders of %j in a circle: one is refused, the others get their locks',
  async (names) => {
    const manager = throwing();
    const results = await Promise.allSettled(inCircle(manager, names));
    const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => reason.code)).toEqual(['ERR_LOCK_DEADLOCK']);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(names.length - 1);
    expect(manager.stats.deadlocks).toBe(1);
    for (const name of names) expect(numbersOf(manager, name)).toMatchObject({ held: 0, queueDepth: 0 });
  },
);

/** Ways in which a body can await something. */
const awaiting: Record<string, (attempt: () => Promise<unknown>) => unknown> = {
  await: async (attempt) => {
    await attempt();
  },
  'return of a promise': (attempt) => attempt(),
  'return from an async function': async (attempt) => attempt(),
  'a helper': async (attempt) => {
    const helper = async () => {
      await attempt();
    };
    await helper();
  },
  'a chain of then': (attempt) =>
    attempt()
      .then((value) => value)
      .finally(() => undefined),
  'Promise.all': async (attempt) => {
    await Promise.all([later(), attempt()]);
  },
  'Promise.allSettled': async (attempt) => {
    const [result] = await Promise.allSettled([attempt()]);
    if (result.status === 'rejected') throw result.reason;
  },
  'a promise of its own': (attempt) => new Promise((resolve, reject) => void attempt().then(resolve, reject)),
  'an async generator': async (attempt) => {
    const values = (async function* () {
      yield await attempt();
    })();
    for await (const _ of values);
  },
};

/** Ways of asking for a lock. */
const asking: Record<string, (manager: ReturnType<typeof throwing>) => Promise<unknown>> = {
  run: (manager) => manager.run('a', () => 'in'),
  'run with options': (manager) => manager.run('a', () => 'in', { label: 'inner', timeout: 60_000 }),
  'run with a signal': (manager) => manager.run('a', () => 'in', { signal: new AbortController().signal }),
  acquire: (manager) => manager.lock('a').acquire(),
  'acquire with a signal': (manager) => manager.lock('a').acquire({ signal: new AbortController().signal }),
  hold: (manager) => manager.lock('a').hold(),
  runAll: (manager) => manager.runAll(['a', 'b'], () => 'in'),
  wrap: (manager) => manager.lock('a').wrap(async () => 'in')(),
};

describe.each(Object.keys(asking))('%s in a body', (how) => {
  test.each(Object.keys(awaiting))('awaited by %s: refused', async (way) => {
    const manager = throwing();
    const refused = manager.run('a', () => awaiting[way]!(() => asking[how]!(manager)));
    await expect(refused).rejects.toBeInstanceOf(LockDeadlockError);
    expect(numbersOf(manager, 'a')).toMatchObject({ held: 0, queueDepth: 0 });
  });
});

describe('no false throw', () => {
  /** Runs `body` under the lock, for as long as those who look for proof need to look twice. */
  async function during(body: () => unknown): Promise<ReturnType<typeof throwing>> {
    const manager = throwing();
    const gate = deferred();
    current = manager;
    const holder = manager.run('a', async () => {
      body();
      await gate.promise;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    gate.resolve();
    await holder;
    return manager;
  }
  let current: ReturnType<typeof throwing>;
  const again = () => current.run('a', () => 'done');

  test('a child that is not awaited gets its turn, however long the holder takes', async () => {
    let child: Promise<unknown> | undefined;
    await during(() => {
      child = again();
    });
    expect(await child).toBe('done');
  });

  test('nor one inside a function that awaits it and is not awaited itself', async () => {
    let child: Promise<unknown> | undefined;
    await during(() => {
      child = (async () => {
        await later();
        const inner = async () => again();
        return inner();
      })();
    });
    expect(await child).toBe('done');
  });

  test('nor one that is awaited by somebody else than the holder', async () => {
    const child = deferred<Promise<unknown>>();
    const other = (async () => await await child.promise)();
    await during(() => child.resolve(again()));
    expect(await other).toBe('done');
  });

  test('nor one beside which another promise will do, under Promise.any', async () => {
    const manager = throwing();
    const gate = deferred<string>();
    let child: Promise<string> | undefined;
    const holder = manager.run('a', async () => {
      child = manager.run('a', () => 'in its turn');
      return await Promise.any([child, gate.promise]);
    });
    await later();
    gate.resolve('the other one');
    expect(await holder).toBe('the other one');
    expect(await child).toBe('in its turn');
  });

  test('siblings under Promise.all take turns', async () => {
    const manager = throwing();
    const children = () => Promise.all([1, 2, 3].map((i) => manager.run('b', () => later().then(() => i))));
    expect(await manager.run('a', children)).toEqual([1, 2, 3]);
    expect(manager.stats.deadlocks).toBe(0);
  });

  test('a circle of which one holder does not await its wait', async () => {
    const manager = throwing();
    const bothIn = [deferred(), deferred()];
    const gate = deferred();
    let child: Promise<unknown> | undefined;
    const one = manager.run('a', async () => {
      bothIn[0]!.resolve();
      await bothIn[1]!.promise;
      child = manager.run('b', () => 'child');
      await gate.promise;
      return 'one';
    });
    const two = manager.run('b', async () => {
      bothIn[1]!.resolve();
      await bothIn[0]!.promise;
      await later();
      return manager.run('a', () => 'two');
    });
    await later();
    await later();
    expect(manager.stats.deadlocks).toBe(1);
    gate.resolve();
    expect(await Promise.all([one, two])).toEqual(['one', 'two']);
    expect(await child).toBe('child');
  });
});

test('one that is awaited only later is refused then', async () => {
  const manager = throwing();
  const gate = deferred();
  const refused = manager.run('a', async () => {
    const child = manager.run('a', () => 'in');
    await gate.promise;
    return child;
  });
  await later();
  expect(manager.lock('a').queueDepth).toBe(1);
  gate.resolve();
  await expect(refused).rejects.toBeInstanceOf(LockDeadlockError);
});

test('a wait that is awaited is found beside one for the same lock that is not', async () => {
  const manager = throwing();
  const bothIn = [deferred(), deferred()];
  let child: Promise<unknown> | undefined;
  const one = manager.run('a', async () => {
    bothIn[0]!.resolve();
    await bothIn[1]!.promise;
    child = manager.run('b', () => 'child');
    return await manager.run('b', () => 'one');
  });
  const two = manager.run('b', async () => {
    bothIn[1]!.resolve();
    await bothIn[0]!.promise;
    await later();
    return await manager.run('a', () => 'two');
  });
  const results = await Promise.allSettled([one, two]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await child).toBe('child');
});

test('the turn of a waiter that was looked at is its turn: results, order, holds', async () => {
  const manager = throwing();
  const order: number[] = [];
  const gate = deferred();
  const holder = manager.run('b', () => gate.promise);
  const nested = [1, 2, 3].map((i) =>
    manager.run(
      'a',
      () =>
        manager.run('b', (hold: Hold) => {
          order.push(i);
          return [i, hold.lock];
        }),
      { key: i },
    ),
  );
  await later();
  gate.resolve();
  expect(await Promise.all(nested)).toEqual([
    [1, 'b'],
    [2, 'b'],
    [3, 'b'],
  ]);
  expect(order).toEqual([1, 2, 3]);
  await holder;
});

test.each(['throw ', 'on', true, null])('deadlocks: %j is refused', (deadlocks) => {
  expect(() => isolatedManager({ deadlocks: deadlocks as never })).toThrow(TypeError);
});
