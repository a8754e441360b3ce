/**
 * `run()`: the body starts at once or in its turn, in its caller's context and with its hold, and never beside another.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Lock } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { sum } from './support/sum.js';
import { stateOf, ticksToSettle } from './support/ticks.js';

const make = (): Lock => isolatedLock().lock;
/** Without a manager: the shortest path through the code. */
const bare = (): Lock => new Lock('inventory');

describe.each([
  ['a bare lock', bare],
  ["a manager's lock", make],
])('run(), on %s', (_kind, newLock) => {
  test('starts the body synchronously when the lock is free', async () => {
    const lock = newLock();
    let started = false;
    const running = lock.run(() => {
      started = true;
    });
    expect(started).toBe(true);
    await running;
  });

  test('gives the body its hold', async () => {
    const lock = newLock();
    expect(await lock.run((hold) => hold.lock)).toBe('inventory');
    await lock.acquire();
    const queued = lock.run((hold) => hold.lock);
    lock.release();
    expect(await queued).toBe('inventory');
  });

  test('a queued body runs in its caller’s async context, not in the releaser’s', async () => {
    const lock = newLock();
    const request = new AsyncLocalStorage<string>();
    const gate = deferred();
    const seen: (string | undefined)[] = [];
    const one = request.run('one', () =>
      lock.run(async () => {
        await gate.promise;
        seen.push(request.getStore());
      }),
    );
    const two = request.run('two', () => lock.run(() => void seen.push(request.getStore())));
    const three = request.run('three', async () => {
      await using _hold = await lock.hold();
      seen.push(request.getStore());
    });
    const four = request.run('four', async () => {
      await lock.acquire();
      seen.push(request.getStore());
      lock.release();
    });
    gate.resolve();
    await Promise.all([one, two, three, four]);
    expect(seen).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a body that never settles keeps the lock, and it shows', async () => {
    const lock = newLock();
    void lock.run(() => new Promise(() => {}));
    const waiter = lock.run(() => 'never');
    expect(await stateOf(waiter)).toBe('pending');
    expect(String(lock)).toBe('Lock(inventory) [locked, waiters:1]');
  });

  test('a body that is no function is a rejection, and nothing is held', async () => {
    const lock = newLock();
    await expect(lock.run('fn' as never)).rejects.toThrow(new TypeError('fn must be a function, got "fn"'));
    expect(lock.locked()).toBe(false);
  });
});

test('a free bare lock settles a run within two microtask ticks', async () => {
  expect(await ticksToSettle(bare().run(() => 1))).toBeLessThanOrEqual(2);
  expect(await ticksToSettle(bare().run(() => Promise.resolve(1)))).toBeLessThanOrEqual(2);
  expect(await ticksToSettle(bare().acquire())).toBe(1);
});

test('ten thousand runs on one lock never overlap and are all counted', async () => {
  const { manager, lock } = isolatedLock();
  let inside = 0;
  let worst = 0;
  await Promise.all(
    Array.from({ length: 10_000 }, () =>
      lock.run(async () => {
        worst = Math.max(worst, ++inside);
        await undefined;
        inside--;
      }),
    ),
  );
  const { outcomes, contended, wait, hold, queueDepth } = numbersOf(manager);
  expect(worst).toBe(1);
  expect([outcomes.acquired, contended, sum(wait.buckets), sum(hold.buckets), queueDepth]).toEqual([
    10_000, 9_999, 10_000, 10_000, 0,
  ]);
});
