/**
 * The estimate behind `Retry-After`, on a clock that the test moves.
 */
import type { LockError } from 'lockmeter';
import { clock, installControlledClock } from './support/controlled-clock.js';

installControlledClock();
const { LockManager, LockTimeoutError, StatsRegistry } = await import('lockmeter');
const { retryAfterSeconds } = await import('../integrations/retry-after.js');

/** A lock with holds of these lengths in the past, one of `age` in progress, and `depth` waiters: what a refusal is told. */
async function estimate(past: number[], age: number, depth: number): Promise<number> {
  const manager = new LockManager({ stats: new StatsRegistry() });
  const lock = manager.lock('shop');
  for (const length of past) {
    const hold = await lock.hold();
    clock.time += length;
    await hold.release();
  }
  const holder = await lock.hold();
  const waiters = Array.from({ length: depth }, () => lock.hold().then((hold) => hold.release()));
  clock.time += age;
  const error = await lock.hold({ timeout: 0 }).catch((reason: LockError) => reason);
  const seconds = retryAfterSeconds(error as LockError, manager.stats.for('shop').hold);
  await holder.release();
  await Promise.all(waiters);
  return seconds;
}

test.each([
  ['a short line is never less than 1', [10], 0, 0, 1],
  ['depth times the mean hold, and the hold in progress', [1_000, 3_000], 0, 3, 8],
  ['fractions are rounded up', [1_100], 0, 0, 2],
  ['a hold that has lasted longer than the mean counts as long as it has lasted', [1_000], 9_000, 2, 11],
  ['the first hold of all counts as long as it has lasted', [], 5_000, 3, 5],
  ['never more than 60', [30_000], 0, 50, 60],
])('%s', async (_rule, past, age, depth, seconds) => {
  expect(await estimate(past, age, depth)).toBe(seconds);
});

describe('in an outage of the engine', () => {
  const away = {
    lock: 'shop',
    key: undefined,
    holderLabel: undefined,
    holderAge: 9_000,
    engineError: new Error('away'),
  };
  const told = (state: 'degraded' | 'ready', since: number): number => {
    const error = new LockTimeoutError({ ...away, queueDepth: 40 }, 5_000);
    return retryAfterSeconds(error, { count: 1, sum: 1_000 }, { health: () => ({ backend: 'redis', state, since }) });
  };

  test.each([
    ['as long as it has lasted, rounded up, whatever the line', 12_300, 13],
    ['never less than 1', 0, 1],
    ['nor if the clock was set back', -5_000, 1],
    ['never more than 60', 3_600_000, 60],
  ])('%s', (_rule, lasted, seconds) => {
    expect(told('degraded', Date.now() - lasted)).toBe(seconds);
  });

  test('when it has just ended, or nobody knows since when, 1', () => {
    expect(told('ready', Date.now() - 3_600_000)).toBe(1);
    expect(retryAfterSeconds(new LockTimeoutError({ ...away, queueDepth: 40 }, 5_000))).toBe(1);
  });
});

test('a name without numbers is told 1 second', () => {
  const error = { lock: 'unknown', queueDepth: 7, holderAge: undefined } as LockError;
  expect(retryAfterSeconds(error)).toBe(1);
});
