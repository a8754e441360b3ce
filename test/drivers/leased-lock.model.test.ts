/**
 * Locks at a driver under random schedules: after every step the numbers agree with what callers were given, no body begins
 * with a hold that is not the only valid one, and at the end nothing is left.
 *
 * `LOCKMETER_SEED=… LOCKMETER_RUNS=… npx jest test/drivers/leased-lock.model.test.ts` replays or extends it.
 */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { installControlledClock } from '../support/controlled-clock.js';
import { installControlledTimers } from '../support/pass-time.js';
import { sum } from '../support/sum.js';
import { turn } from '../support/ticks.js';
import { FakeDriver } from './fake-driver.js';
import { RandomSchedule, type Way } from './random-schedule.js';

installControlledClock();
const { LockManager, StatsRegistry } = await import('lockmeter');

const seed = Number(process.env.LOCKMETER_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.LOCKMETER_RUNS ?? 150);

type Step = (schedule: RandomSchedule) => unknown;

const key = fc.constantFrom('a', 'b');
const which = fc.nat({ max: 5 });
const ask = fc
  .tuple(
    key,
    fc.constantFrom<Way>('run', 'hold', 'acquire'),
    fc.constantFrom(undefined, undefined, undefined, 0, 5, 15),
    fc.constantFrom(undefined, undefined, 2),
  )
  .map(
    (args): Step =>
      (schedule) =>
        schedule.ask(...args),
  );
const grant = fc
  .tuple(
    key,
    fc.boolean(),
    fc.nat({ max: 9 }).map((n) => n === 0),
    fc.nat({ max: 5 }),
    fc.constantFrom('nothing', 'nothing', 'nothing', 'abort', 'lose', 'spoil'),
  )
  .map(
    (args): Step =>
      (schedule) =>
        schedule.grant(...args),
  );
const refuse = fc.tuple(key, fc.constantFrom('busy', 'full', 'closed', 'error')).map(
  (args): Step =>
    (schedule) =>
      schedule.refuse(...args),
);
const lose = fc.tuple(key, fc.boolean()).map(
  (args): Step =>
    (schedule) =>
      schedule.lose(...args),
);
const end = fc.tuple(which, fc.constantFrom('value', 'error', 'early')).map(
  (args): Step =>
    (schedule) =>
      schedule.end(...args),
);
const step = fc.oneof(
  { weight: 30, arbitrary: ask },
  { weight: 30, arbitrary: grant },
  { weight: 6, arbitrary: refuse },
  { weight: 8, arbitrary: lose },
  { weight: 20, arbitrary: end },
  {
    weight: 6,
    arbitrary: which.map(
      (n): Step =>
        (schedule) =>
          schedule.abort(n),
    ),
  },
  {
    weight: 4,
    arbitrary: key.map(
      (of): Step =>
        (schedule) =>
          schedule.queue(of),
    ),
  },
  { weight: 12, arbitrary: fc.constant<Step>((schedule) => schedule.pass()) },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (reject): Step =>
        (schedule) =>
          schedule.close(reject),
    ),
  },
);

/** The numbers, and the same found from outside. */
function compare(schedule: RandomSchedule): void {
  const [numbers] = schedule.manager.stats.all();
  if (numbers === undefined) return;
  const { outcomes, wait, hold } = numbers;
  const { held, queueDepth, heldTime, queuedTime } = schedule.live();
  const none = { acquired: 0, timeout: 0, aborted: 0, rejected: 0, busy: 0, error: 0 };
  expect({ problems: schedule.problems, outcomes, waits: wait.count, holds: hold.count + held, queueDepth }).toEqual({
    problems: [],
    outcomes: { ...none, ...schedule.outcomes },
    waits: sum(outcomes),
    holds: outcomes.acquired,
    queueDepth: schedule.waiting.length,
  });
  expect([heldTime, queuedTime]).toEqual([schedule.heldArea, schedule.queuedArea]);
}

beforeAll(() => {
  process.stderr.write(`leased-lock.model: LOCKMETER_SEED=${seed} LOCKMETER_RUNS=${numRuns}\n`);
  installControlledTimers();
});

afterAll(() => {
  jest.useRealTimers();
});

test('the numbers agree with what callers were given, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
      jest.clearAllTimers();
      const driver = new FakeDriver();
      const schedule = new RandomSchedule(driver, new LockManager({ driver, stats: new StatsRegistry() }));
      for (const apply of steps) {
        await apply(schedule);
        await turn();
        compare(schedule);
      }
      await schedule.rest();
      compare(schedule);
      const { families } = schedule.manager as unknown as { families: Map<string, { used: Map<string, unknown> }> };
      const [numbers] = schedule.manager.stats.all();
      expect({
        leaked: schedule.leaked,
        used: families.get('model')?.used.size ?? 0,
        awaited: numbers?.awaitedElsewhere.size ?? 0,
        timers: jest.getTimerCount(),
        closes: driver.closes,
      }).toEqual({ leaked: 0, used: 0, awaited: 0, timers: 0, closes: 1 });
    }),
    { seed, numRuns },
  );
}, 120_000);
