/**
 * One listener per signal, however many wait on it, and none when nobody does: what a request's or a shutdown signal, which
 * outlives its waiters, must be able to rely on.
 */
import { getEventListeners } from 'node:events';
import { LockTimeoutError } from 'lockmeter';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { countListeners } from './support/left-behind.js';
import { ticks } from './support/ticks.js';

const make = () => isolatedLock().lock;

describe('nothing is left on a signal', () => {
  test('10 000 waiters add one listener, and the last to leave takes it away', async () => {
    const lock = make();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    await lock.acquire({ signal });
    expect(listeners.added).toBe(0);
    const waiting = Array.from({ length: 10_000 }, () => lock.acquire({ signal }).then(() => lock.release()));
    expect(listeners).toEqual({ added: 1, present: 1 });
    lock.release();
    await Promise.all(waiting);
    expect(listeners).toEqual({ added: 1, present: 0 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('waiters of many locks share one listener too', async () => {
    const { manager } = isolatedLock();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const waiting = Array.from({ length: 100 }, (_, i) => {
      void manager.lock('inventory', i).acquire();
      return manager.lock('inventory', i).acquire({ signal });
    });
    expect(listeners).toEqual({ added: 1, present: 1 });
    for (let i = 0; i < 100; i++) manager.lock('inventory', i).release();
    await Promise.all(waiting);
    expect(listeners.present).toBe(0);
  });

  test('after a grant, a timeout and an abort, none is there', async () => {
    const lock = make();
    await lock.acquire();
    const controllers = [0, 1, 2].map(() => new AbortController());
    const [granted, expired, aborted] = [
      lock.acquire({ signal: controllers[0]!.signal }),
      lock.acquire({ signal: controllers[1]!.signal, timeout: 1 }),
      lock.acquire({ signal: controllers[2]!.signal }),
    ];
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await expect(expired).rejects.toBeInstanceOf(LockTimeoutError);
    controllers[2]!.abort('x');
    await expect(aborted).rejects.toBe('x');
    lock.release();
    await granted;
    for (const { signal } of controllers) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('an abort after the timeout and a timeout after the abort are one outcome', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    const controller = new AbortController();
    await expect(lock.acquire({ signal: controller.signal, timeout: 1 })).rejects.toBeInstanceOf(LockTimeoutError);
    controller.abort();
    await ticks(3);
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 1, timeout: 1, aborted: 0 });
    expect(lock.queueDepth).toBe(0);
  });
});
