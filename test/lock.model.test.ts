/**
 * The lock against a model of twenty lines, under random schedules: asks of every kind, releases, aborts (also in the tick
 * of the handoff), timeouts, throws, early releases, a close. After every step the two must agree on who holds, who waits and
 * what was counted; at rest everything reconciles and the areas are exact.
 *
 * `LOCKMETER_SEED=… LOCKMETER_RUNS=… npx jest test/lock.model.test.ts` replays or extends it.
 */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { installControlledClock } from './support/controlled-clock.js';
import type { Way } from './support/model-lock.js';
import { LOCKS, Schedule, settled } from './support/model-schedule.js';

installControlledClock();
const { LockManager, StatsRegistry } = await import('lockmeter');

const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.LOCKMETER_RUNS ?? 150);

const key = fc.nat({ max: LOCKS - 1 });
const ways = fc.constantFrom<Way>('acquire', 'hold', 'run', 'throw', 'early', 'sync-throw');
const limit = fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2, 0);
const timeout = fc.option(fc.nat({ max: 6 }), { nil: undefined, freq: 2 });
const signal = fc.option(fc.nat({ max: 2 }), { nil: undefined, freq: 2 });
type Step = (schedule: Schedule) => void | Promise<void>;
const ask = fc.tuple(key, fc.boolean(), ways, timeout, signal, limit).map(
  (args): Step =>
    (schedule) =>
      schedule.ask(...args),
);
const end = fc.tuple(key, fc.boolean(), fc.boolean()).map(
  (args): Step =>
    (schedule) =>
      schedule.end(...args),
);
const step = fc.oneof(
  { weight: 40, arbitrary: ask },
  { weight: 25, arbitrary: end },
  {
    weight: 8,
    arbitrary: fc.tuple(key, fc.boolean()).map(
      (args): Step =>
        (schedule) =>
          schedule.tryAcquire(...args),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.nat({ max: 2 }).map(
      (which): Step =>
        (schedule) =>
          schedule.abort(which),
    ),
  },
  {
    weight: 15,
    arbitrary: fc.integer({ min: 1, max: 4 }).map(
      (ms): Step =>
        (schedule) =>
          schedule.pass(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (reject): Step =>
        (schedule) =>
          schedule.close(reject),
    ),
  },
);

beforeAll(() => {
  process.stderr.write(`lock.model: LOCKMETER_SEED=${seed} LOCKMETER_RUNS=${numRuns}\n`);
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'hrtime', 'performance'] });
});

afterAll(() => {
  jest.useRealTimers();
});

test.each([
  ['keyed locks, which live while they are in use', true],
  ['locks without a key, which stay', false],
])(
  'agrees with the model under any schedule: %s',
  async (_kind, keyed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        jest.clearAllTimers();
        const schedule = new Schedule(new LockManager({ stats: new StatsRegistry() }), keyed);
        for (const apply of steps) {
          await apply(schedule);
          await settled();
          schedule.agree();
        }
        await schedule.rest();
      }),
      { seed, numRuns },
    );
  },
  120_000,
);
