/**
 * Signals that do more than abort: with listeners that use the lock, made of other signals, or not the platform's and broken.
 * Nobody is lost in the queue over them.
 */
import type { Lock } from 'lockmeter';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { turn } from './support/ticks.js';

const make = (): Lock => isolatedLock().lock;

describe('listeners that act', () => {
  test('an abort listener that releases the lock and asks again finds a lock that works', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    let again: Promise<string> | undefined;
    let refused: Promise<unknown> | undefined;
    controller.signal.addEventListener('abort', () => {
      lock.release();
      refused = lock.acquire({ signal: controller.signal }).catch((reason) => reason);
      again = lock.run(() => 'again');
    });
    const waiting = [1, 2, 3].map((i) => lock.run(() => i, { signal: controller.signal }));
    controller.abort('all');
    const results = await Promise.allSettled(waiting);
    expect(results).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: 'all' })));
    await expect(refused).resolves.toBe('all');
    await expect(again).resolves.toBe('again');
    expect(lock.locked()).toBe(false);
  });

  test('an abort listener that aborts another waiter’s signal', async () => {
    const lock = make();
    await lock.acquire();
    const outer = new AbortController();
    const inner = new AbortController();
    outer.signal.addEventListener('abort', () => inner.abort('inner'));
    const a = lock.acquire({ signal: outer.signal });
    const b = lock.acquire({ signal: inner.signal });
    const c = lock.acquire({ signal: outer.signal });
    const d = lock.acquire();
    outer.abort('outer');
    const settled = await Promise.allSettled([a, b, c]);
    expect(settled.map((result) => result.status === 'rejected' && result.reason)).toEqual(['outer', 'inner', 'outer']);
    expect(lock.queueDepth).toBe(1);
    lock.release();
    await d;
  });
});

test('a signal that only the waiter knows aborts it, also when it is made of others', async () => {
  const lock = make();
  await lock.acquire();
  const controller = new AbortController();
  const never = new AbortController();
  const waiting = lock.acquire({ signal: AbortSignal.any([controller.signal, never.signal]) });
  await turn();
  controller.abort('any');
  await expect(waiting).rejects.toBe('any');
  await expect(lock.acquire({ signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(lock.queueDepth).toBe(0);
});

describe('signals that are broken', () => {
  test.each<[string, (lock: Lock, signal: AbortSignal) => Promise<unknown>]>([
    ['acquire', (lock, signal) => lock.acquire({ signal })],
    ['hold', (lock, signal) => lock.hold({ signal })],
    ['run', (lock, signal) => lock.run(() => 'ran', { signal })],
  ])(
    'a signal that cannot be listened to fails its attempt, once, and leaves no waiter behind: %s',
    async (_how, ask) => {
      const { manager, lock } = isolatedLock();
      const told: unknown[] = [];
      manager.observe({
        wants: () => true,
        attempt: () => ({ failed: (outcome, reason, waited) => told.push([outcome, String(reason), waited]) as never }),
      });
      const first = await lock.hold();
      // Polyfills that pass a listener on to an EventEmitter throw for a listener that is an object.
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener() {
          throw new TypeError('The "listener" argument must be of type function');
        },
        removeEventListener() {},
      } as unknown as AbortSignal;
      await expect(ask(lock, signal)).rejects.toThrow(TypeError);
      expect(lock.queueDepth).toBe(0);
      await first.release();
      expect(lock.locked()).toBe(false);
      expect(told).toEqual([['error', 'TypeError: The "listener" argument must be of type function', 0]]);
      expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 1, error: 1, aborted: 0 });
    },
  );

  test('one whose addEventListener throws once: that attempt fails, later waiters hear the abort', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    const controller = new AbortController();
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    let calls = 0;
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      if (calls++ === 0) throw new Error('not now');
      add(...args);
    };
    await expect(lock.acquire({ signal })).rejects.toThrow('not now');
    let ran = 0;
    const waiting = [lock.acquire({ signal }), lock.hold({ signal }), lock.run(() => ran++, { signal })];
    expect(lock.queueDepth).toBe(3);
    controller.abort('gone');
    expect(lock.queueDepth).toBe(0);
    for (const result of await Promise.allSettled(waiting))
      expect(result).toEqual({ status: 'rejected', reason: 'gone' });
    lock.release();
    expect([calls, ran, lock.locked()]).toEqual([2, 0, false]);
    expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 1, aborted: 3, error: 1 });
  });

  test.each(['free', 'held'])('one without removeEventListener is refused at once, lock %s', async (state) => {
    const lock = make();
    if (state === 'held') await lock.acquire();
    const signal = { aborted: false, reason: undefined, addEventListener() {} } as unknown as AbortSignal;
    const refusal = new TypeError('signal must be an AbortSignal, got [object Object]');
    await expect(lock.acquire({ signal })).rejects.toThrow(refusal);
    await expect(lock.run(() => 'ran', { signal })).rejects.toThrow(refusal);
    expect([lock.locked(), lock.queueDepth]).toEqual([state === 'held', 0]);
  });

  test('one whose removeEventListener throws loses no waiter: granted, expired or refused', async () => {
    const { manager, lock } = isolatedLock();
    const signal = (): AbortSignal => {
      const { signal } = new AbortController();
      signal.removeEventListener = () => {
        throw new Error('no way back');
      };
      return signal;
    };
    const first = await lock.hold();
    const expired = lock.acquire({ signal: signal(), timeout: 1 });
    const [second, third] = [lock.hold({ signal: signal() }), lock.run(() => 'third', { signal: signal() })];
    await expect(expired).rejects.toMatchObject({ code: 'ERR_LOCK_TIMEOUT' });
    await first.release();
    await (await second).release();
    await expect(third).resolves.toBe('third');
    expect(lock.locked()).toBe(false);

    await lock.acquire();
    const refused = lock.acquire({ signal: signal() });
    void manager.close({ reject: true });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_LOCK_CLOSED' });
    lock.release();
    expect(numbersOf(manager)).toMatchObject({ held: 0, queueDepth: 0, outcomes: { timeout: 1, rejected: 1 } });
  });
});
