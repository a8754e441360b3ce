/**
 * The lock as a user meets it: asyncio's contract line by line, and what comes on top of it. Order is controlled with
 * deferred promises and counted microtasks.
 */
import { inspect } from 'node:util';
import { Lock, LockNotHeldError } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { stateOf, ticks, turn } from './support/ticks.js';

const make = (): Lock => isolatedLock().lock;
/** Without a manager: the shortest path through the code. */
const bare = (): Lock => new Lock('inventory');

describe.each([
  ['a bare lock', bare],
  ["a manager's lock", make],
])('the contract of asyncio.Lock, on %s', (_kind, newLock) => {
  test('starts unlocked', () => {
    expect(newLock().locked()).toBe(false);
  });

  test('acquire() resolves to true and sets it locked', async () => {
    const lock = newLock();
    await expect(lock.acquire()).resolves.toBe(true);
    expect(lock.locked()).toBe(true);
  });

  test('acquire() takes a free lock at once, not a tick later', () => {
    const lock = newLock();
    void lock.acquire();
    expect(lock.locked()).toBe(true);
  });

  test('acquire() waits until it is unlocked', async () => {
    const lock = newLock();
    await lock.acquire();
    const second = lock.acquire();
    expect(await stateOf(second)).toBe('pending');
    lock.release();
    await expect(second).resolves.toBe(true);
  });

  test('is strictly first in, first out', async () => {
    const lock = newLock();
    await lock.acquire();
    const order: number[] = [];
    const all = Array.from({ length: 50 }, async (_, i) => {
      await lock.acquire();
      order.push(i);
      lock.release();
    });
    lock.release();
    await Promise.all(all);
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(lock.locked()).toBe(false);
  });

  test('release() wakes exactly one waiter', async () => {
    const lock = newLock();
    await lock.acquire();
    const waiters = [lock.acquire(), lock.acquire(), lock.acquire()];
    lock.release();
    const states = await Promise.all(waiters.map(stateOf));
    expect(states).toEqual(['fulfilled', 'pending', 'pending']);
    expect(lock.queueDepth).toBe(2);
  });

  test('release() of an unlocked lock throws LockNotHeldError and changes nothing', async () => {
    const lock = newLock();
    expect(() => lock.release()).toThrow(LockNotHeldError);
    await lock.acquire();
    lock.release();
    expect(() => lock.release()).toThrow(LockNotHeldError);
    expect(lock.locked()).toBe(false);
    expect(lock.tryAcquire()).toBe(true);
  });

  test('anyone may call release()', async () => {
    const lock = newLock();
    const gate = deferred();
    const running = lock.run(() => gate.promise);
    lock.release();
    expect(lock.locked()).toBe(false);
    gate.resolve();
    await running;
  });

  test('locked() does not dip to false from one holder to the next', async () => {
    const lock = newLock();
    await lock.acquire();
    const waiter = lock.acquire();
    lock.release();
    expect(lock.locked()).toBe(true);
    for (let i = 0; i < 5; i++) {
      expect(lock.locked()).toBe(true);
      await ticks(1);
    }
    await waiter;
    lock.release();
    expect(lock.locked()).toBe(false);
  });

  test('a newcomer in the tick of a release does not barge in before the waiter', async () => {
    const lock = newLock();
    await lock.acquire();
    const order: string[] = [];
    const waiter = lock.run(() => void order.push('waiter'));
    lock.release();
    expect(lock.tryAcquire()).toBe(false);
    const newcomer = lock.run(() => void order.push('newcomer'));
    await Promise.all([waiter, newcomer]);
    expect(order).toEqual(['waiter', 'newcomer']);
  });

  test('whoever releases and asks again in one tick goes to the end of the line', async () => {
    const lock = newLock();
    const order: string[] = [];
    const greedy = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await lock.acquire();
        order.push('greedy');
        lock.release();
      }
    };
    await lock.acquire();
    const all = [greedy(), lock.run(() => void order.push('other')), lock.run(() => void order.push('third'))];
    lock.release();
    await Promise.all(all);
    expect(order).toEqual(['greedy', 'other', 'third', 'greedy', 'greedy']);
  });

  test('is not reentrant: a holder that asks again waits for itself', async () => {
    const lock = newLock();
    const inner = await lock.run(() => ({ second: lock.run(() => 'later') }));
    await expect(inner.second).resolves.toBe('later');

    await lock.acquire();
    expect(await stateOf(lock.acquire())).toBe('pending');
  });

  test('toString() and inspect() read as asyncio’s repr()', async () => {
    const lock = newLock();
    expect(String(lock)).toBe('Lock(inventory) [unlocked]');
    await lock.acquire();
    expect(String(lock)).toBe('Lock(inventory) [locked]');
    void lock.acquire();
    void lock.acquire();
    expect(inspect(lock)).toBe('Lock(inventory) [locked, waiters:2]');
    expect(inspect({ lock })).toContain('Lock(inventory) [locked, waiters:2]');
  });
});

test('toString() of a keyed lock shows its key', () => {
  expect(String(isolatedLock().manager.lock('inventory', 'sku-1'))).toBe('Lock(inventory/sku-1) [unlocked]');
});

describe('tryAcquire()', () => {
  test('takes a free lock, refuses a held one, counts both', () => {
    const { manager, lock } = isolatedLock();
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.tryAcquire()).toBe(false);
    expect(lock.queueDepth).toBe(0);
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 1, busy: 1 });
    lock.release();
    expect(lock.tryAcquire()).toBe(true);
  });
});

describe('wrap()', () => {
  test('passes `this` and the arguments, returns the result, and takes one call at a time', async () => {
    const lock = make();
    const shop = {
      base: 10,
      inside: 0,
      add: lock.wrap(async function (this: { base: number; inside: number }, a: number, b: number) {
        expect(++this.inside).toBe(1);
        await turn();
        this.inside--;
        return this.base + a + b;
      }),
    };
    await expect(Promise.all([shop.add(1, 2), shop.add(3, 4)])).resolves.toEqual([13, 17]);
  });

  test('its options go with every call', async () => {
    const lock = make();
    const wrapped = lock.wrap(() => 1, { timeout: 0 });
    await lock.acquire();
    await expect(wrapped()).rejects.toMatchObject({ code: 'ERR_LOCK_TIMEOUT' });
  });

  test('refuses what is no function, and bad options, when it is made', () => {
    expect(() => make().wrap(undefined as never)).toThrow(TypeError);
    expect(() => make().wrap(() => 1, { timeout: -1 })).toThrow(RangeError);
  });
});
