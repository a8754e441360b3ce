/**
 * runAll: several locks at once. One order for everybody, all or nothing, each lock once.
 */
import { type Hold, type LockAttempt, LockClosedError, LockTimeoutError, withLock } from 'lockmeter';
import { seeded } from '../bench/random.js';
import { deferred } from './support/deferred.js';
import { awayFor, silentDriver } from './support/engine-away.js';
import { isolatedManager, numbersOf } from './support/isolated.js';

import { ticks } from './support/ticks.js';

const idle = (manager = isolatedManager()) => manager.snapshot().locks.every(({ held }) => held === 0);

test('holds all of them for the body, and gives the holds in the order of the list', async () => {
  const manager = isolatedManager();
  const seen = await manager.runAll([['stock', 'b'], 'ledger', ['stock', 7]], (holds) => {
    expect(manager.lock('stock', 'b').locked()).toBe(true);
    expect(manager.lock('stock', '7').locked()).toBe(true);
    expect(manager.lock('ledger').locked()).toBe(true);
    return holds.map(({ lock, key }: Hold) => [lock, key]);
  });
  expect(seen).toEqual([
    ['stock', 'b'],
    ['ledger', undefined],
    ['stock', '7'],
  ]);
  expect(idle(manager)).toBe(true);
});

test('starts the body synchronously when all are free', () => {
  const manager = isolatedManager();
  let ran = false;
  void manager.runAll(['a', 'b'], () => {
    ran = true;
  });
  expect(ran).toBe(true);
});

test('a lock that is named twice is taken once, and both places have its hold', async () => {
  const manager = isolatedManager();
  const [first, second] = await manager.runAll(
    [
      ['stock', 7],
      ['stock', '7'],
    ],
    (holds) => holds,
  );
  expect(first).toBe(second);
  expect(numbersOf(manager, 'stock').outcomes.acquired).toBe(1);
});

test('no locks at all: the body runs', async () => {
  expect(await isolatedManager().runAll([], (holds) => holds.length)).toBe(0);
});

test('ten thousand locks at once, free or not', async () => {
  const manager = isolatedManager();
  const wanted = Array.from({ length: 10_000 }, (_, i) => ['stock', i] as const);
  const gate = deferred();
  const first = manager.runAll(wanted, async (holds) => {
    await gate.promise;
    return holds.length;
  });
  const second = manager.runAll(wanted, (holds) => holds.length);
  gate.resolve();
  expect(await Promise.all([first, second])).toEqual([10_000, 10_000]);
  expect(idle(manager)).toBe(true);
});

test('a list that is changed while its locks are awaited is the one that was given', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const holder = manager.run('a', () => gate.promise);
  const wanted = ['a', 'b'];
  const both = manager.runAll(wanted, (holds) => holds.map(({ lock }) => lock));
  wanted.splice(0, 2, 'c');
  gate.resolve();
  expect(await both).toEqual(['a', 'b']);
  await holder;
});

test('callers that name them in opposite orders take turns', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const order: string[] = [];
  const first = manager.runAll(['a', 'b'], async () => {
    order.push('first');
    await gate.promise;
  });
  const second = manager.runAll(['b', 'a'], () => order.push('second'));
  await ticks(10);
  expect(order).toEqual(['first']);
  // The second waits for the first of the order, holding nothing.
  expect(numbersOf(manager, 'a').queueDepth).toBe(1);
  expect(numbersOf(manager, 'b').queueDepth).toBe(0);
  gate.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

describe('all or nothing', () => {
  test('a timeout gives back what was taken; the error says the time that the caller gave', async () => {
    const manager = isolatedManager();
    const gate = deferred();
    const holder = manager.run('b', () => gate.promise, { label: 'holder' });
    const body = () => {
      throw new Error('must not run');
    };
    const error = await manager.runAll(['a', 'b'], body, { timeout: 20 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ lock: 'b', timeout: 20, holderLabel: 'holder' });
    expect(manager.lock('a').locked()).toBe(false);
    gate.resolve();
    await holder;
    expect(idle(manager)).toBe(true);
  });

  test('the timeout is for all of them together', async () => {
    const manager = isolatedManager({ timeout: 60_000 });
    const gate = deferred();
    const holder = manager.run('a', () => gate.promise);
    const timeouts: (number | undefined)[] = [];
    const attempt = ({ timeout }: LockAttempt) => {
      timeouts.push(timeout);
      return undefined;
    };
    manager.observe({ wants: () => true, attempt });
    const both = manager.runAll(['a', 'b'], () => 'in');
    setTimeout(gate.resolve, 20);
    expect(await both).toBe('in');
    await holder;
    const [forA, forB] = timeouts as [number, number];
    expect(forA).toBeLessThanOrEqual(60_000);
    expect(forB).toBeLessThanOrEqual(forA - 19);
  });

  test('an abort gives back what was taken', async () => {
    const manager = isolatedManager();
    const gate = deferred();
    const holder = manager.run('b', () => gate.promise);
    const client = new AbortController();
    const waiting = manager.runAll(['a', 'b'], () => 'in', { signal: client.signal });
    await ticks(5);
    expect(manager.lock('a').locked()).toBe(true);
    client.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(manager.lock('a').locked()).toBe(false);
    gate.resolve();
    await holder;
  });

  test('timeout 0 does not wait for any of them', async () => {
    const manager = isolatedManager();
    const gate = deferred();
    const holder = manager.run('b', () => gate.promise);
    await expect(manager.runAll(['a', 'b'], () => 'in', { timeout: 0 })).rejects.toMatchObject({ timeout: 0 });
    expect(numbersOf(manager, 'b').outcomes.busy).toBe(1);
    expect(manager.lock('a').locked()).toBe(false);
    gate.resolve();
    await holder;
  });

  test('a body that throws or rejects releases all, and its own timeout error is its own', async () => {
    const manager = isolatedManager();
    const own = new LockTimeoutError(
      { lock: 'x', key: undefined, queueDepth: 0, holderLabel: undefined, holderAge: undefined },
      1,
    );
    const throwing = () => {
      throw own;
    };
    await expect(manager.runAll(['a', 'b'], throwing, { timeout: 50 })).rejects.toBe(own);
    await expect(manager.runAll(['a', 'b'], () => Promise.reject(own), { timeout: 50 })).rejects.toBe(own);
    expect(idle(manager)).toBe(true);
  });

  test('a timeout in a deadlock says so, as that of one lock does', async () => {
    const manager = isolatedManager();
    const both = () => manager.runAll(['a', 'b'], () => 'in', { timeout: 20 });
    const error = await manager.run('b', both, { label: 'outer' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ timeout: 20, deadlock: { members: [{ lock: 'b', label: 'outer', wants: 'b' }] } });
  });

  test('a timeout while the engine is away says so, as that of one lock does', async () => {
    const manager = isolatedManager({ driver: silentDriver(awayFor(0)) });
    const error = await manager.runAll(['a', 'b'], () => 'in', { timeout: 20 }).catch((reason: unknown) => reason);
    const cause = expect.objectContaining({ message: expect.stringContaining('ECONNREFUSED') });
    expect(error).toMatchObject({ timeout: 20, untold: true, engineError: cause, cause });
    expect((error as Error).message).toMatch(/the engine has not said who holds it.*The engine does not answer/);
  });

  test('a manager that is closed midway gives back what was taken', async () => {
    const manager = isolatedManager();
    const gate = deferred();
    const holder = manager.run('a', () => gate.promise);
    const both = manager.runAll(['a', 'b'], () => 'in');
    const closed = manager.close();
    gate.resolve();
    await expect(both).rejects.toBeInstanceOf(LockClosedError);
    await Promise.all([holder, closed]);
    expect(idle(manager)).toBe(true);
  });

  test('a closed manager refuses', async () => {
    const manager = isolatedManager();
    await manager.close();
    await expect(manager.runAll(['a', 'b'], () => 'in')).rejects.toBeInstanceOf(LockClosedError);
  });
});

test.each([
  ['a string', 'stock', 'wanted must be an array of [name, key], got "stock"'],
  ['nothing', undefined, 'wanted must be an array of [name, key], got undefined'],
  ['a number in it', [7], 'wanted[0] must be a name or [name, key], got 7'],
  ['no key in a pair', ['a', ['stock']], 'wanted[1] must be a name or [name, key], got an array of 1'],
  ['a key of undefined', [['stock', undefined]], 'key must be a string or a finite number, got undefined'],
  ['an empty name', [['', 1]], 'name must not be empty'],
])('rejects %s, and takes nothing', async (_what, wanted, message) => {
  const manager = isolatedManager();
  await expect(manager.runAll(wanted as never, () => 'in')).rejects.toThrow(new TypeError(message));
  expect(idle(manager)).toBe(true);
});

test('withLock: a key that is an array is all of these locks', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const move = withLock('account', async (_from: string, _to: string) => gate.promise, {
    key: (from, to) => [from, to],
    manager,
  });
  const moves = [move('a', 'b'), move('b', 'a'), move('c', 'd')];
  await ticks(5);
  expect(numbersOf(manager, 'account')).toMatchObject({ held: 4, queueDepth: 1 });
  gate.resolve();
  await Promise.all(moves);
  expect(idle(manager)).toBe(true);
});

test('50 000 transfers between 100 accounts, named in random orders, keep the sum', async () => {
  const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 2 ** 31);
  process.stderr.write(`run-all: LOCKMETER_SEED=${seed}\n`);
  const random = seeded(seed);
  const manager = isolatedManager();
  const accounts = new Array<number>(100).fill(1_000);
  const pick = () => Math.floor(random() * accounts.length);
  let overlaps = 0;
  const busy = new Set<number>();
  const transfer = async () => {
    const [from, to] = [pick(), pick()];
    await manager.runAll(
      [
        ['account', from],
        ['account', to],
      ],
      async () => {
        const both = new Set([from, to]);
        for (const account of both) if (busy.has(account)) overlaps++;
        for (const account of both) busy.add(account);
        const [a, b] = [accounts[from]!, accounts[to]!];
        await Promise.resolve();
        if (from !== to) {
          accounts[from] = a - 1;
          accounts[to] = b + 1;
        }
        for (const account of both) busy.delete(account);
      },
    );
  };
  const client = async (n: number) => {
    for (let i = 0; i < n; i++) await transfer();
  };
  await Promise.all(Array.from({ length: 200 }, () => client(250)));
  expect(overlaps).toBe(0);
  expect(accounts.reduce((sum, balance) => sum + balance)).toBe(100_000);
  expect(idle(manager)).toBe(true);
});
