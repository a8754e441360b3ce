/**
 * `run()`: the body starts at once or in its turn, in its caller's context, and whatever it does (return, throw, reject,
 * never settle, release early) the lock is released exactly once.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Lock } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { sum } from './support/sum.js';
import { stateOf, ticksToSettle, turn } from './support/ticks.js';

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

  const held = async (): Promise<Lock> => {
    const lock = newLock();
    await lock.acquire();
    return lock;
  };

  describe.each([
    ['free', false],
    ['held, so that it queues', true],
  ])('when the lock is %s', (_state, queues) => {
    const start = async <T>(body: () => T | PromiseLike<T>): Promise<{ lock: Lock; result: Promise<T> }> => {
      const lock = queues ? await held() : newLock();
      const result = lock.run(body);
      if (queues) lock.release();
      return { lock, result };
    };
    const free = (lock: Lock): void => {
      expect(lock.locked()).toBe(false);
      expect(lock.queueDepth).toBe(0);
    };

    test('resolves to what the body returns', async () => {
      const { lock, result } = await start(() => 42);
      await expect(result).resolves.toBe(42);
      free(lock);
    });

    test('holds until the body’s promise settles', async () => {
      const gate = deferred<string>();
      const { lock, result } = await start(() => gate.promise);
      await turn();
      expect(lock.locked()).toBe(true);
      gate.resolve('done');
      await expect(result).resolves.toBe('done');
      free(lock);
    });

    test('a body that throws synchronously rejects and releases', async () => {
      const { lock, result } = await start(() => {
        throw new Error('sync');
      });
      await expect(result).rejects.toThrow('sync');
      free(lock);
    });

    test('a body that rejects, rejects and releases', async () => {
      const { lock, result } = await start(() => Promise.reject(new Error('async')));
      await expect(result).rejects.toThrow('async');
      free(lock);
    });

    test('reject(undefined) stays a rejection', async () => {
      const { lock, result } = await start(() => Promise.reject(undefined));
      const seen = await result.then(
        () => 'resolved',
        (reason) => ['rejected', reason],
      );
      expect(seen).toEqual(['rejected', undefined]);
      free(lock);
    });

    test('throw undefined stays a rejection', async () => {
      const { lock, result } = await start(() => {
        throw undefined;
      });
      expect(await stateOf(result)).toBe('rejected');
      free(lock);
    });

    test('a thenable is awaited, holding the lock', async () => {
      let settle: ((value: string) => void) | undefined;
      const thenable = {
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
        then(resolve: (value: string) => void) {
          settle = resolve;
        },
      } as unknown as PromiseLike<string>;
      const { lock, result } = await start(() => thenable);
      await turn();
      expect(lock.locked()).toBe(true);
      settle!('later');
      await expect(result).resolves.toBe('later');
      free(lock);
    });

    test('a thenable whose then() throws rejects and releases', async () => {
      const thenable = {
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
        then(): never {
          throw new Error('bad then');
        },
      } as PromiseLike<never>;
      const { lock, result } = await start(() => thenable);
      await expect(result).rejects.toThrow('bad then');
      free(lock);
    });

    test('a thenable whose `then` cannot be read rejects and releases', async () => {
      const thenable = Object.defineProperty({}, 'then', {
        get() {
          throw new Error('no then');
        },
      });
      const { lock, result } = await start(() => thenable);
      await expect(result).rejects.toThrow('no then');
      free(lock);
    });

    test('a subclass of Promise is awaited, and a plain Promise comes back', async () => {
      class Tracked<T> extends Promise<T> {}
      const gate = deferred<string>();
      const { lock, result } = await start(() => Tracked.resolve(gate.promise));
      await turn();
      expect(lock.locked()).toBe(true);
      gate.resolve('tracked');
      expect(result.constructor).toBe(Promise);
      await expect(result).resolves.toBe('tracked');
      free(lock);
    });

    test('hold.release() inside the body lets the next one in at once; the end of the body frees nobody', async () => {
      const lock = queues ? await held() : newLock();
      const gate = deferred();
      const order: string[] = [];
      const first = lock.run(async (hold) => {
        order.push('first');
        await hold.release();
        await gate.promise;
        order.push('first ends');
      });
      const second = lock.hold();
      const third = lock.hold();
      if (queues) lock.release();
      await second;
      order.push('second');
      gate.resolve();
      await first;
      expect(order).toEqual(['first', 'second', 'first ends']);
      expect(await stateOf(third)).toBe('pending');
      expect(lock.locked()).toBe(true);
    });

    test('lock.release() inside the body ends its hold; the end of the body frees nobody', async () => {
      const lock = queues ? await held() : newLock();
      const gate = deferred();
      const first = lock.run(async () => {
        lock.release();
        await gate.promise;
      });
      const second = lock.hold();
      const third = lock.hold();
      if (queues) lock.release();
      await second;
      gate.resolve();
      await first;
      expect(await stateOf(third)).toBe('pending');
    });
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
