/**
 * A holder that asks for its own lock waits for itself: a lock is not reentrant. With a timeout it is told who is in its way,
 * which is itself, and nothing of it is left in the way of others.
 */
import { jest } from '@jest/globals';
import { clock, installControlledClock } from './support/controlled-clock.js';
import { ticks } from './support/ticks.js';

installControlledClock();
const { isolatedLock, numbersOf } = await import('./support/isolated.js');
const { LockTimeoutError } = await import('lockmeter');

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['hrtime', 'performance'] });
});

afterEach(() => {
  jest.useRealTimers();
});

/** Lets this many milliseconds pass, for the lock and for its timers. */
async function pass(ms: number): Promise<void> {
  clock.time += ms;
  jest.advanceTimersByTime(ms);
  await ticks(10);
}

test.each(['run', 'hold', 'acquire'] as const)(
  '%s() inside: the error names its own label, age and depth',
  async (how) => {
    const { manager, lock } = isolatedLock();
    const order: string[] = [];
    const label = 'reserve';
    const again = (): Promise<unknown> => {
      const options = { timeout: 250, label };
      return how === 'run' ? lock.run(() => order.push('reentered'), options) : lock[how](options);
    };
    const outer = lock.run(
      async () => {
        clock.time += 40;
        const error = await again().catch((reason: unknown) => reason);
        order.push('told');
        return error;
      },
      { label },
    );
    const other = lock.run(() => order.push('other'));
    await pass(250);

    const error = await outer;
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ lock: 'inventory', holderLabel: label, holderAge: 290, queueDepth: 1, timeout: 250 });
    expect((error as Error).message).toBe(
      'Lock "inventory" was not acquired within 250 ms: held by "reserve" for 290 ms, 1 waiting. ' +
        'Deadlock: "reserve" holds "inventory" and waits for "inventory"',
    );
    await other;
    expect(order).toEqual(['told', 'other']);
    expect([lock.locked(), lock.queueDepth]).toEqual([false, 0]);
    await expect(lock.run(() => 'usable')).resolves.toBe('usable');
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 3, timeout: 1 });
  },
);

test('a body that lets the error out is released like any other', async () => {
  const { lock } = isolatedLock();
  const outer = lock.run(() => lock.run(() => 'reentered', { timeout: 0, label: 'reserve' }), { label: 'reserve' });
  const other = lock.run(() => 'other');
  await expect(outer).rejects.toThrow('held by "reserve" for 0 ms, 0 waiting');
  await expect(other).resolves.toBe('other');
  expect(lock.locked()).toBe(false);
});
