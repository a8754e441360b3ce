/**
 * Waiters that give up after a time, and attempts that a full queue refuses. Each ends exactly once, leaves nothing behind,
 * and strands nobody behind it.
 */
import { Lock, LockQueueFullError, LockTimeoutError } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { countTimers } from './support/left-behind.js';
import { stateOf } from './support/ticks.js';

const make = (): Lock => isolatedLock().lock;

describe('timeout', () => {
  test('rejects a waiter, which leaves the queue; the holder keeps the lock', async () => {
    const { manager, lock } = isolatedLock();
    const first = await lock.hold({ label: 'first' });
    const waiting = lock.acquire({ timeout: 1 });
    expect(lock.queueDepth).toBe(1);
    await expect(waiting).rejects.toBeInstanceOf(LockTimeoutError);
    expect(lock.queueDepth).toBe(0);
    expect(lock.locked()).toBe(true);
    await first.release();
    expect(lock.locked()).toBe(false);
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 1, timeout: 1 });
  });

  test.each(['acquire', 'hold', 'run'] as const)('0 does not wait at all, %s()', async (method) => {
    const lock = make();
    await lock.acquire();
    const attempt = (): Promise<unknown> =>
      method === 'run' ? lock.run(() => 'ran', { timeout: 0 }) : lock[method]({ timeout: 0 });
    await expect(attempt()).rejects.toMatchObject({ code: 'ERR_LOCK_TIMEOUT', timeout: 0 });
    expect(lock.queueDepth).toBe(0);
    lock.release();
    await expect(attempt()).resolves.toBeTruthy();
  });

  test('Infinity waits as long as it takes, without a timer', async () => {
    const lock = make();
    await lock.acquire();
    const timers = countTimers();
    const waiting = lock.acquire({ timeout: Number.POSITIVE_INFINITY });
    expect(timers.live).toBe(0);
    timers.stop();
    lock.release();
    await expect(waiting).resolves.toBe(true);
  });

  test('limits the wait, not the hold', async () => {
    const lock = make();
    const gate = deferred();
    const waiter = deferred();
    const running = lock.run(
      async () => {
        const impatient = lock.run(() => 'in', { timeout: 1 });
        await expect(impatient).rejects.toBeInstanceOf(LockTimeoutError);
        waiter.resolve();
        await gate.promise;
        return 'whole';
      },
      { timeout: 1 },
    );
    await waiter.promise;
    expect(lock.locked()).toBe(true);
    gate.resolve();
    await expect(running).resolves.toBe('whole');
  });

  test('leaves no timer after grant, timeout or abort, and has none on a free lock', async () => {
    const timers = countTimers();
    const lock = make();
    await lock.acquire({ timeout: 60_000 });
    expect(timers.live).toBe(0);

    const controller = new AbortController();
    const granted = lock.acquire({ timeout: 60_000 });
    const aborted = lock.acquire({ timeout: 60_000, signal: controller.signal });
    const late = lock.acquire({ timeout: 1 });
    expect(timers.live).toBe(3);
    await expect(late).rejects.toBeInstanceOf(LockTimeoutError);
    controller.abort();
    await expect(aborted).rejects.toBe(controller.signal.reason);
    lock.release();
    await granted;
    expect(timers.live).toBe(0);
    timers.stop();
  });

  test('of the head does not strand those behind it', async () => {
    const lock = make();
    await lock.acquire();
    const head = lock.run(() => 'head', { timeout: 1 });
    const behind = lock.run(() => 'behind');
    await expect(head).rejects.toBeInstanceOf(LockTimeoutError);
    lock.release();
    await expect(behind).resolves.toBe('behind');
  });

  test('a manager’s default applies, and an attempt’s own goes before it', async () => {
    const { lock } = isolatedLock({ timeout: 0 });
    await lock.acquire();
    await expect(lock.acquire()).rejects.toMatchObject({ timeout: 0 });
    const patient = lock.acquire({ timeout: 60_000 });
    expect(await stateOf(patient)).toBe('pending');
    lock.release();
    await patient;
  });
});

describe('maxQueue', () => {
  test('refuses the one too many, at once, and counts only the living', async () => {
    const { manager, lock } = isolatedLock({ maxQueue: 2 });
    await lock.acquire();
    const controller = new AbortController();
    const a = lock.acquire({ signal: controller.signal });
    const b = lock.acquire();
    await expect(lock.acquire()).rejects.toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL', maxQueue: 2, queueDepth: 2 });
    controller.abort('left');
    await expect(a).rejects.toBe('left');
    const c = lock.acquire();
    lock.release();
    await b;
    lock.release();
    await c;
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 3, rejected: 1, aborted: 1 });
  });

  test('0 means: take it or leave it; an attempt’s own goes before the lock’s', async () => {
    const { lock } = isolatedLock({ maxQueue: 0 });
    await expect(lock.run(() => 'free')).resolves.toBe('free');
    await lock.acquire();
    await expect(lock.run(() => 'in')).rejects.toBeInstanceOf(LockQueueFullError);
    const allowed = lock.acquire({ maxQueue: 1 });
    await expect(lock.acquire({ maxQueue: 1 })).rejects.toBeInstanceOf(LockQueueFullError);
    lock.release();
    await allowed;
  });

  test('holds for a bare lock as well', async () => {
    const lock = new Lock('bounded', { maxQueue: 1 });
    await lock.acquire();
    const waiting = lock.run(() => 1);
    await expect(lock.run(() => 2)).rejects.toBeInstanceOf(LockQueueFullError);
    lock.release();
    await waiting;
  });
});
