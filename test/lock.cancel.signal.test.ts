/**
 * Waiters whose caller aborts: before they queue, while they do, in the tick of the handoff. Each ends exactly once, never
 * runs its body, and neither loses nor doubles a wake-up.
 */
import type { Lock } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { countListeners } from './support/left-behind.js';
import { sum } from './support/sum.js';
import { ticks, turn } from './support/ticks.js';

const make = (): Lock => isolatedLock().lock;

describe('signal', () => {
  test.each(['free', 'held'])('aborted before the call: the reason is thrown, nothing runs, lock %s', async (state) => {
    const { manager, lock } = isolatedLock();
    if (state === 'held') await lock.acquire();
    const signal = AbortSignal.abort('gone');
    const listeners = countListeners(signal);
    let ran = 0;
    await expect(lock.run(() => ran++, { signal })).rejects.toBe('gone');
    await expect(lock.acquire({ signal })).rejects.toBe('gone');
    await expect(lock.hold({ signal })).rejects.toBe('gone');
    expect(ran).toBe(0);
    expect(listeners).toEqual({ added: 0, present: 0 });
    expect(lock.locked()).toBe(state === 'held');
    expect(numbersOf(manager).outcomes.aborted).toBe(3);
  });

  test.each(['acquire', 'hold', 'run'] as const)('aborted while queued: %s() leaves at once', async (method) => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const options = { signal: controller.signal };
    let ran = 0;
    const waiting = method === 'run' ? lock.run(() => ran++, options) : lock[method](options);
    const behind = lock.acquire();
    controller.abort();
    expect(lock.queueDepth).toBe(1);
    await expect(waiting).rejects.toBe(controller.signal.reason);
    lock.release();
    await behind;
    expect(ran).toBe(0);
  });

  test.each(['acquire', 'hold', 'run'] as const)(
    'aborted in the tick of the release, after the handoff: %s() passes the lock on and throws the reason',
    async (method) => {
      const { manager, lock } = isolatedLock();
      await lock.acquire();
      const controller = new AbortController();
      const options = { signal: controller.signal };
      let ran = 0;
      const waiting = method === 'run' ? lock.run(() => ran++, options) : lock[method](options);
      const behind = lock.hold();
      lock.release();
      controller.abort(new Error('too late'));
      expect(lock.locked()).toBe(true);
      await expect(waiting).rejects.toThrow('too late');
      const next = await behind;
      expect(ran).toBe(0);
      await next.release();
      expect(lock.locked()).toBe(false);
      const { outcomes, wait, hold } = numbersOf(manager);
      expect(outcomes).toMatchObject({ acquired: 2, aborted: 1 });
      expect([sum(wait.buckets), sum(hold.buckets)]).toEqual([3, 2]);
    },
  );

  test.each(['abort first', 'release first'])(
    'an abort and a release in one tick wake exactly one waiter, %s',
    async (order) => {
      const lock = make();
      const first = await lock.hold();
      const controller = new AbortController();
      let inside = 0;
      let worst = 0;
      const body = async (): Promise<void> => {
        worst = Math.max(worst, ++inside);
        await ticks(3);
        inside--;
      };
      const a = lock.run(body, { signal: controller.signal });
      const [b, c] = [lock.run(body), lock.run(body)];
      if (order === 'abort first') controller.abort('gone');
      void first.release();
      void first.release();
      if (order === 'release first') controller.abort('gone');
      await expect(a).rejects.toBe('gone');
      await Promise.all([b, c]);
      expect([worst, lock.locked()]).toEqual([1, false]);
    },
  );

  test('aborted after the handoff with nobody behind: the lock is free', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const waiting = lock.run(() => 'ran', { signal: controller.signal });
    lock.release();
    controller.abort();
    await expect(waiting).rejects.toBe(controller.signal.reason);
    expect(lock.locked()).toBe(false);
  });

  test('a chain of waiters aborted after their handoff passes the lock along to the living one', async () => {
    const lock = make();
    await lock.acquire();
    const first = new AbortController();
    const second = new AbortController();
    const a = lock.run(() => 'a', { signal: first.signal });
    const b = lock.run(() => 'b', { signal: second.signal });
    const c = lock.run(() => 'c');
    lock.release();
    first.abort('one');
    second.abort('two');
    await expect(a).rejects.toBe('one');
    await expect(b).rejects.toBe('two');
    await expect(c).resolves.toBe('c');
    expect(lock.locked()).toBe(false);
  });

  test('a caller that gave up is not run even if a stranger’s release() ended its hold before it began', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    let ran = 0;
    const waiting = lock.run(() => ran++, { signal: controller.signal });
    const behind = lock.hold();
    lock.release();
    lock.release();
    controller.abort('gone');
    await waiting.catch(() => {});
    await behind;
    expect(ran).toBe(0);
  });

  test('aborted once the body runs changes nothing', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const gate = deferred();
    const running = lock.run(() => gate.promise.then(() => 'done'), { signal: controller.signal });
    lock.release();
    await turn();
    controller.abort();
    expect(lock.locked()).toBe(true);
    gate.resolve();
    await expect(running).resolves.toBe('done');
  });

  test('a waiter between two others leaves, and their order stays', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const order: string[] = [];
    const a = lock.run(() => void order.push('a'));
    const b = lock.run(() => void order.push('b'), { signal: controller.signal });
    const c = lock.run(() => void order.push('c'));
    controller.abort();
    lock.release();
    await Promise.allSettled([a, b, c]);
    expect(order).toEqual(['a', 'c']);
  });

  test('waiters of one signal are rejected in the order in which they came', async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const order: number[] = [];
    const all = [0, 1, 2, 3].map((i) => lock.acquire({ signal: controller.signal }).catch(() => order.push(i)));
    controller.abort();
    await Promise.all(all);
    expect(order).toEqual([0, 1, 2, 3]);
  });
});

test('20 000 waiters cancelled one by one, from the middle out, leave the living in order', async () => {
  const { manager, lock } = isolatedLock();
  await lock.acquire();
  const order: number[] = [];
  const controllers: AbortController[] = [];
  const all: Promise<unknown>[] = [];
  for (let i = 0; i < 20_000; i++) {
    const controller = new AbortController();
    controllers.push(controller);
    all.push(lock.run(() => void order.push(i), { signal: controller.signal }).catch(() => {}));
  }
  for (let i = 0; i < 20_000; i++) {
    const victim = i % 2 === 0 ? 10_000 + (i >> 1) : 9_999 - (i >> 1);
    if (victim % 200 !== 0) controllers[victim]!.abort();
  }
  expect(lock.queueDepth).toBe(100);
  lock.release();
  await Promise.all(all);
  expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i * 200));
  expect(numbersOf(manager).outcomes).toMatchObject({ acquired: 101, aborted: 19_900 });
});
