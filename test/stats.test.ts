/**
 * The numbers of a name on a clock that the test moves: areas, ages and times are exact, during a hold as after it.
 */
import fc from 'fast-check';
import { clock, installControlledClock } from './support/controlled-clock.js';
import { sum } from './support/sum.js';
import { ticks } from './support/ticks.js';

installControlledClock();
const { isolatedLock, isolatedManager, numbersOf } = await import('./support/isolated.js');

const pass = (ms: number): void => {
  clock.time += ms;
};

describe('areas', () => {
  test('a stuck hold counts while it lasts', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    pass(30_000);
    expect(numbersOf(manager)).toMatchObject({
      held: 1,
      heldTimeSeconds: 30,
      holderAgeSeconds: 30,
      hold: { count: 0, sumSeconds: 0 },
    });
    pass(10_000);
    expect(numbersOf(manager).heldTimeSeconds).toBe(40);
    lock.release();
    pass(5_000);
    expect(numbersOf(manager)).toMatchObject({
      held: 0,
      heldTimeSeconds: 40,
      holderAgeSeconds: 0,
      hold: { count: 1, sumSeconds: 40 },
    });
  });

  test('the queue’s area counts every waiter for as long as it waits', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    void lock.acquire();
    pass(1_000);
    void lock.acquire();
    pass(2_000);
    expect(numbersOf(manager)).toMatchObject({ queuedTimeSeconds: 5, waiterAgeSeconds: 3, queueDepth: 2 });
    lock.release();
    pass(4_000);
    expect(numbersOf(manager)).toMatchObject({ queuedTimeSeconds: 9, waiterAgeSeconds: 6, queueDepth: 1 });
    lock.release();
    lock.release();
    expect(numbersOf(manager)).toMatchObject({ queuedTimeSeconds: 9, waiterAgeSeconds: 0, wait: { sumSeconds: 9 } });
  });

  test('a waiter that gives up leaves its time in the area', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    pass(700);
    controller.abort('x');
    await expect(waiting).rejects.toBe('x');
    pass(700);
    expect(numbersOf(manager)).toMatchObject({ queuedTimeSeconds: 0.7, wait: { sumSeconds: 0.7, count: 2 } });
  });

  test('one reading ends a hold, ends the next wait and starts the next hold', async () => {
    const { manager, lock } = isolatedLock();
    const first = await lock.hold();
    pass(10);
    const second = lock.hold();
    pass(5);
    await first.release();
    expect((await second).waited).toBe(5);
    pass(20);
    await (await second).release();
    expect(numbersOf(manager)).toMatchObject({
      hold: { count: 2, sumSeconds: 0.035 },
      wait: { sumSeconds: 0.005 },
      heldTimeSeconds: 0.035,
    });
  });

  test('a lock that is passed on by a caller that gave up was held meanwhile', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    pass(100);
    lock.release();
    pass(7);
    controller.abort('late');
    await expect(waiting).rejects.toBe('late');
    expect(numbersOf(manager)).toMatchObject({
      held: 0,
      heldTimeSeconds: 0.107,
      hold: { count: 1, sumSeconds: 0.1 },
      outcomes: { acquired: 1, aborted: 1 },
    });
  });
});

describe('reconciliation, in every synchronous step', () => {
  const reconciles = (manager: Parameters<typeof numbersOf>[0]): void => {
    const { outcomes, wait, hold, held, contended } = numbersOf(manager);
    expect(sum(wait.buckets)).toBe(sum(outcomes));
    expect(sum(hold.buckets) + held).toBe(outcomes.acquired);
    expect(contended).toBeLessThanOrEqual(sum(outcomes));
  };

  test('of plain waiters', async () => {
    const { manager, lock } = isolatedLock();
    void lock.acquire();
    reconciles(manager);
    void lock.acquire();
    reconciles(manager);
    lock.release();
    reconciles(manager);
    lock.release();
    reconciles(manager);
  });

  test('of a waiter with a signal once it has resumed: before, it holds without being counted', async () => {
    const { manager, lock } = isolatedLock();
    void lock.acquire();
    void lock.acquire({ signal: new AbortController().signal });
    lock.release();
    const { outcomes, wait, hold, held } = numbersOf(manager);
    expect(sum(wait.buckets)).toBe(sum(outcomes));
    expect(sum(hold.buckets) + held).toBe(outcomes.acquired + 1);
    await ticks(5);
    reconciles(manager);
  });
});

describe('several keys of one name', () => {
  test('add up; depth max and ages are those of the worst', async () => {
    const manager = isolatedManager();
    const [a, b, c] = ['a', 'b', 'c'].map((key) => manager.lock('inventory', key));
    await a!.acquire();
    pass(1_000);
    await b!.acquire();
    void b!.acquire();
    void b!.acquire();
    pass(1_000);
    await c!.acquire();
    void c!.acquire();
    pass(1_000);
    expect(numbersOf(manager)).toMatchObject({
      held: 3,
      queueDepth: 3,
      queueDepthMax: 2,
      holderAgeSeconds: 3,
      waiterAgeSeconds: 2,
      heldTimeSeconds: 3 + 2 + 1,
      queuedTimeSeconds: 2 + 2 + 1,
    });
    a!.release();
    expect(numbersOf(manager).holderAgeSeconds).toBe(2);
    b!.release();
    expect(numbersOf(manager)).toMatchObject({ held: 2, holderAgeSeconds: 1, waiterAgeSeconds: 2 });
  });

  test('the oldest holder is right in whatever order they are released', () => {
    const keys = Array.from({ length: 6 }, (_, i) => i);
    const order = fc.shuffledSubarray(keys, { minLength: 6 });
    fc.assert(
      fc.property(order, order, (taking, releasing) => {
        const manager = isolatedManager();
        const since = new Map<number, number>();
        for (const key of taking) {
          manager.lock('inventory', key).tryAcquire();
          since.set(key, clock.time);
          pass(10);
        }
        for (const key of releasing) {
          const oldest = Math.min(...since.values());
          expect(numbersOf(manager)).toMatchObject({ held: since.size, holderAgeSeconds: (clock.time - oldest) / 1e3 });
          manager.lock('inventory', key).release();
          since.delete(key);
          pass(1);
        }
        expect(numbersOf(manager)).toMatchObject({ held: 0, holderAgeSeconds: 0 });
      }),
      { numRuns: 50 },
    );
  });
});

test('areas do not go back between two reads, whatever the rounding', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 999, noNaN: true }), { maxLength: 60 }), (steps) => {
      const { manager, lock } = isolatedLock();
      let before = { heldTimeSeconds: 0, queuedTimeSeconds: 0 };
      for (const step of steps) {
        if (lock.locked()) void lock.acquire();
        else lock.tryAcquire();
        pass(step);
        if (step > 300) lock.release();
        const numbers = numbersOf(manager);
        expect(numbers.heldTimeSeconds).toBeGreaterThanOrEqual(before.heldTimeSeconds);
        expect(numbers.queuedTimeSeconds).toBeGreaterThanOrEqual(before.queuedTimeSeconds);
        before = numbers;
      }
    }),
  );
});

test('every outcome is counted once, with its wait', async () => {
  const { manager, lock } = isolatedLock();
  const { signal } = new AbortController();
  await lock.acquire();
  lock.tryAcquire();
  await lock.acquire({ timeout: 0 }).catch(() => {});
  await lock.acquire({ maxQueue: 0 }).catch(() => {});
  await lock.acquire({ signal: AbortSignal.abort('x') }).catch(() => {});
  const waiting = lock.acquire({ signal });
  lock.release();
  await waiting;
  lock.release();
  const { outcomes, contended, wait } = numbersOf(manager);
  expect(outcomes).toEqual({ acquired: 2, timeout: 0, aborted: 1, rejected: 1, busy: 2, error: 0 });
  expect([contended, sum(wait.buckets)]).toEqual([1, 6]);
});
