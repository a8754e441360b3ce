/**
 * Whether the judgement of `truth.test.ts` can be trusted, on a clock that is only a number: many minutes of the same load,
 * at no time. It must let the truth pass whatever the seed, and must not let wrong figures pass.
 */
import { seeded } from '../bench/random.js';
import {
  covered,
  lindleyWaits,
  mean,
  poissonArrivals,
  pollaczekKhinchine,
  surprise,
  type Visit,
} from './support/queueing.js';

const MINUTE = 60_000;
const BODY = 20;
const CONFIDENCE = 4;
const SEEDS = Array.from({ length: 300 }, (_, i) => i + 1);

/** The visits of a minute at a lock that lets one in at a time, in order, and takes `idle` ms from one to the next. */
function minute(seed: number, idle = 0, body: (asked: number) => number = () => BODY): Visit[] {
  const random = seeded(seed);
  let free = 0;
  return poissonArrivals(0.6 / BODY, MINUTE, random).map((asked) => {
    const got = Math.max(asked, free);
    const ended = got + body(asked);
    free = ended + idle;
    return { asked, got, ended };
  });
}

const waitOf = (visits: readonly Visit[]): number => mean(visits.map(({ asked, got }) => got - asked));

const minutes = SEEDS.map((seed) => {
  const visits = minute(seed);
  return { visits, wait: waitOf(visits), expected: pollaczekKhinchine(visits, MINUTE) };
});

/** How often `figure`, made of the mean wait, would have been taken for it. */
function accepted(figure: (wait: number) => number): number {
  const passed = minutes.filter(({ wait, expected }) => surprise(figure(wait), expected) < CONFIDENCE);
  return passed.length / minutes.length;
}

test('arrivals are Poisson: at their rate, as irregular, and none depends on the one before', () => {
  const times = poissonArrivals(0.03, 1e6, seeded(1));
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const average = mean(gaps);
  expect(Math.abs(average * 0.03 - 1)).toBeLessThan(0.03);
  expect(Math.abs(mean(gaps.map((gap) => (gap - average) ** 2)) / average ** 2 - 1)).toBeLessThan(0.05);
  const together = mean(gaps.slice(1).map((gap, i) => (gap - average) * (gaps[i]! - average)));
  expect(Math.abs(together) / average ** 2).toBeLessThan(0.03);
});

test('theory for a constant body is M/D/1: λ·s² / 2(1−ρ)', () => {
  const expected = pollaczekKhinchine(
    [
      { asked: 0, got: 10, ended: 30 },
      { asked: 20, got: 30, ended: 50 },
    ],
    100,
  );
  expect(expected.wait).toBeCloseTo((0.02 * 400) / (2 * 0.6), 9);
});

test('its standard error is as large as means of a minute really differ', () => {
  const ratios = minutes.map(({ wait, expected }) => Math.log(wait / expected.wait));
  const spread = Math.sqrt(mean(ratios.map((ratio) => ratio ** 2)));
  expect(Math.abs(spread / mean(minutes.map(({ expected }) => expected.error)) - 1)).toBeLessThan(0.15);
});

test('the truth passes, and twice or half of it, or a sum that counts the body too, does not', () => {
  expect(accepted((wait) => wait)).toBe(1);
  expect(accepted((wait) => 2 * wait)).toBe(0);
  expect(accepted((wait) => wait / 2)).toBe(0);
  expect(accepted((wait) => wait + BODY)).toBe(0);
});

test('a machine that makes bodies half as long again for a third of the minute does not make the truth fail', () => {
  const slow = (asked: number): number => (asked < MINUTE / 3 ? 1.5 * BODY : BODY);
  for (const seed of SEEDS.slice(0, 50)) {
    const visits = minute(seed, 0, slow);
    expect(surprise(waitOf(visits), pollaczekKhinchine(visits, MINUTE))).toBeLessThan(CONFIDENCE);
  }
});

test('a lock that is idle for a millisecond before it lets the next one in is found out', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const sound = minutes[seed - 1]!;
    expect(mean(lindleyWaits(sound.visits))).toBeCloseTo(sound.wait, 6);
    const slow = minute(seed, 1);
    expect(waitOf(slow) / mean(lindleyWaits(slow)) - 1).toBeGreaterThan(0.08);
  }
});

test('time is covered as often as spans cover it, and only between the limits', () => {
  const spans = [
    [0, 10],
    [5, 15],
    [20, 30],
  ] as const;
  expect([covered(spans, 0, 30), covered(spans, 8, 22), covered(spans, 15, 20)]).toEqual([30, 11, 0]);
});
