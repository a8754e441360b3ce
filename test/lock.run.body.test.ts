/**
 * The body of `run()`: whatever it does (return, throw, reject, take its time, release early), its caller gets the same from
 * `run()`, and the lock is released exactly once.
 */
import { Lock } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock } from './support/isolated.js';
import { stateOf, turn } from './support/ticks.js';

describe.each([
  // Without a manager: the shortest path through the code.
  ['a bare lock', () => new Lock('inventory')],
  ["a manager's lock", () => isolatedLock().lock],
])('the body of run(), on %s', (_kind, newLock) => {
  const held = async (): Promise<Lock> => {
    const lock = newLock();
    await lock.acquire();
    return lock;
  };

  describe.each([
    ['free', false],
    ['held, so that it queues', true],
  ])('when it is %s', (_state, queues) => {
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
});
