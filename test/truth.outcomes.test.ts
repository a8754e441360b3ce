/**
 * Every attempt is on the page once, in the right outcome and with its wait, under a random mixture of everything that can
 * happen to one. The clients write down how they fared; the page must say the same, series by series.
 *
 * `LOCKMETER_SEED=… npx jest test/truth.outcomes.test.ts` replays a mixture.
 */
import { jest } from '@jest/globals';
import { seeded } from '../bench/random.js';
import { clock, installControlledClock } from './support/controlled-clock.js';
import { type Deferred, deferred } from './support/deferred.js';
import { atMost, GONE, Ledger } from './support/ledger.js';
import { sum } from './support/sum.js';
import { ticks } from './support/ticks.js';

installControlledClock();
const { BUCKET_BOUNDS_SECONDS } = await import('lockmeter');
const { isolatedManager } = await import('./support/isolated.js');
const { lockRegistry } = await import('./support/lock-page.js');

const STEPS = 3_000;
const KEYS = ['a', 'b'];
/** Milliseconds that a step may take, at most: waits of all sizes. */
const SCALES = [0.02, 1, 8, 90, 2_000];
const OUTCOMES = ['acquired', 'timeout', 'aborted', 'rejected', 'busy', 'error'] as const;

const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 2 ** 31);

beforeAll(() => {
  process.stderr.write(`truth.outcomes: LOCKMETER_SEED=${seed}\n`);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'hrtime', 'performance'] });
});

afterAll(() => {
  jest.useRealTimers();
});

/** A signal that is not the platform's, and breaks when it is listened to. */
function brokenSignal(): AbortSignal {
  const addEventListener = (): never => {
    throw new Error('broken');
  };
  return { aborted: false, reason: undefined, addEventListener, removeEventListener: () => {} } as never;
}

/** A mixture in progress. */
class Mixture {
  readonly manager = isolatedManager();
  readonly ledger = new Ledger();
  private readonly open: Deferred<void>[] = [];
  private readonly clients: AbortController[] = [];
  private readonly runs: Promise<void>[] = [];
  private readonly random = seeded(seed);

  /** One of these, at random. */
  private one<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }

  /** Something happens, and all that follows from it. */
  async step(): Promise<void> {
    this.one([
      this.ask,
      this.ask,
      this.ask,
      this.tryAcquire,
      this.leave,
      this.leave,
      this.abort,
      this.pass,
      this.pass,
    ]).call(this);
    await ticks(30);
  }

  private lock() {
    return this.manager.lock('inventory', this.one(KEYS));
  }

  private ask(): void {
    const client = new AbortController();
    this.clients.push(client);
    const options = this.one([
      {},
      { timeout: 5 + 2_000 * this.random() },
      { timeout: 0 },
      { signal: client.signal },
      { signal: client.signal, timeout: 1_000 },
      { signal: AbortSignal.abort(GONE) },
      { signal: brokenSignal() },
      { maxQueue: 2 },
    ]);
    const body = async (): Promise<void> => {
      const exit = deferred();
      this.open.push(exit);
      await exit.promise;
    };
    this.runs.push(this.ledger.run(this.lock(), body, options));
  }

  private tryAcquire(): void {
    this.ledger.tryAcquire(this.lock());
  }

  /** A holder ends; now and then everybody leaves while the lock is on its way to the next, who gives it back unused. */
  private leave(): void {
    this.open.splice(Math.floor(this.random() * this.open.length), 1)[0]?.resolve();
    if (this.random() > 0.3) return;
    void ticks(Math.floor(this.random() * 12)).then(() => {
      for (const client of this.clients.splice(0)) client.abort(GONE);
    });
  }

  private abort(): void {
    if (this.clients.length > 0) this.one(this.clients).abort(GONE);
  }

  private pass(): void {
    const ms = this.random() * this.one(SCALES);
    clock.time += ms;
    jest.advanceTimersByTime(Math.ceil(ms));
  }

  /** Lets everybody who still waits in and out again. */
  async end(): Promise<void> {
    while (this.open.length > 0) {
      this.pass();
      for (const exit of this.open.splice(0)) exit.resolve();
      await ticks(30);
    }
    await Promise.all(this.runs);
  }
}

test('the page is what the clients wrote down', async () => {
  const mixture = new Mixture();
  const { entries, held } = mixture.ledger;
  const { scrape } = lockRegistry(mixture.manager);
  for (let i = 0; i < STEPS; i++) await mixture.step();
  await mixture.end();

  const page = await scrape();
  const waits = entries.map(({ waited }) => waited);
  for (const outcome of OUTCOMES) {
    expect([outcome, mixture.ledger.count(outcome) > 5]).toEqual([outcome, true]);
    const counted = page('acquisitions_total', { lock_outcome: outcome });
    expect([outcome, counted]).toEqual([outcome, mixture.ledger.count(outcome)]);
  }
  expect(page('contended_total')).toBe(entries.filter(({ queued }) => queued).length);
  for (const [histogram, values] of [
    ['wait_duration_seconds', waits],
    ['hold_duration_seconds', held],
  ] as const) {
    for (const le of BUCKET_BOUNDS_SECONDS) {
      expect([histogram, le, page(`${histogram}_bucket`, { le: String(le) })]).toEqual([
        histogram,
        le,
        atMost(le, values),
      ]);
    }
    expect(page(`${histogram}_count`)).toBe(values.length);
    expect(page(`${histogram}_sum`)).toBeCloseTo(sum(values) / 1e3, 6);
  }
  expect(page('queued_time_seconds_total')).toBeCloseTo(sum(waits) / 1e3, 6);
  expect(page('held_time_seconds_total')).toBeCloseTo(sum(held) / 1e3, 6);
  for (const gauge of ['locked', 'queue_depth', 'waiter_age_seconds', 'holder_age_seconds'])
    expect(page(gauge)).toBe(0);
});
