/**
 * An owned grant: released once however often and however late it is asked to be, and never somebody else's.
 */
import { isolatedLock, numbersOf } from './support/isolated.js';
import { stateOf, turn } from './support/ticks.js';

const make = () => isolatedLock().lock;

describe('hold()', () => {
  test('resolves to an owned grant whose release() is idempotent', async () => {
    const { manager, lock } = isolatedLock();
    const hold = await lock.hold({ label: 'me' });
    expect([hold.lock, hold.key, hold.label, hold.waited, hold.fencingToken]).toEqual([
      'inventory',
      undefined,
      'me',
      0,
      undefined,
    ]);
    expect(hold.signal.aborted).toBe(false);
    expect(hold.signal).toBe(hold.signal);
    await hold.release();
    await hold.release();
    hold[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
    expect(numbersOf(manager).hold.count).toBe(1);
  });

  test('a late release never frees somebody else’s hold', async () => {
    const lock = make();
    const first = await lock.hold();
    const second = lock.hold();
    const third = lock.hold();
    await first.release();
    await first.release();
    await second;
    await first.release();
    first[Symbol.dispose]();
    await first[Symbol.asyncDispose]();
    expect(await stateOf(third)).toBe('pending');
    expect(lock.locked()).toBe(true);
  });

  test('await using releases at the end of the block, also when it throws', async () => {
    const lock = make();
    const failing = async (): Promise<void> => {
      await using hold = await lock.hold();
      expect(hold.lock).toBe('inventory');
      expect(lock.locked()).toBe(true);
      throw new Error('inside');
    };
    await expect(failing()).rejects.toThrow('inside');
    expect(lock.locked()).toBe(false);
  });

  test('using releases synchronously', async () => {
    const lock = make();
    const hold = await lock.hold();
    {
      using held = hold;
      expect(held.lock).toBe('inventory');
      expect(lock.locked()).toBe(true);
    }
    expect(lock.locked()).toBe(false);
  });

  test('says how long it waited', async () => {
    const lock = make();
    const first = await lock.hold();
    const second = lock.hold();
    await turn();
    await first.release();
    expect((await second).waited).toBeGreaterThan(0);
  });
});
