/**
 * A lock that is stuck is seen at the next scrape, not when it is released: on a clock that the test moves, and as
 * PromQL's `rate()` would compute it.
 */
import { clock, installControlledClock } from './support/controlled-clock.js';
import { turn } from './support/ticks.js';

installControlledClock();
const { isolatedManager } = await import('./support/isolated.js');
const { lockRegistry } = await import('./support/lock-page.js');

const INTERVAL = 15_000;

/** A lock that has done some work, and then got stuck with two waiters. */
async function stuck() {
  const manager = isolatedManager();
  const lock = manager.lock('inventory');
  for (let i = 0; i < 10; i++) {
    await lock.run(async () => {
      clock.time += 30;
    });
    clock.time += 70;
  }
  const hold = await lock.hold();
  const waiters = [lock.acquire(), lock.acquire()];
  return { lock, hold, waiters, ...lockRegistry(manager) };
}

test('utilisation is 1, the queue is 2 deep and every age grows, from the first scrape on', async () => {
  const { lock, hold, waiters, scrape } = await stuck();
  let before = await scrape();
  for (let i = 1; i <= 4; i++) {
    clock.time += INTERVAL;
    const page = await scrape();
    const rate = (counter: string): number => (page(counter) - before(counter)) / (INTERVAL / 1e3);
    expect(rate('held_time_seconds_total')).toBeCloseTo(1, 9);
    expect(rate('queued_time_seconds_total')).toBeCloseTo(2, 9);
    expect(page('locked')).toBe(1);
    expect(page('holder_age_seconds')).toBeCloseTo((i * INTERVAL) / 1e3, 9);
    expect(page('waiter_age_seconds')).toBeCloseTo((i * INTERVAL) / 1e3, 9);
    // What only counts ends sees nothing of it.
    expect(rate('hold_duration_seconds_sum')).toBe(0);
    expect(page('acquisitions_total', { lock_outcome: 'acquired' })).toBe(11);
    before = page;
  }
  await hold.release();
  await waiters[0];
  lock.release();
  await waiters[1];
  lock.release();
});

test('its end adds nothing that was not there before, and the age starts anew with the next holder', async () => {
  const { lock, hold, waiters, scrape } = await stuck();
  clock.time += INTERVAL;
  const during = await scrape();
  await hold.release();
  await waiters[0];
  const after = await scrape();
  expect(after('held_time_seconds_total')).toBeCloseTo(during('held_time_seconds_total'), 9);
  expect(after('hold_duration_seconds_sum')).toBeCloseTo(during('held_time_seconds_total'), 9);
  expect(after('holder_age_seconds')).toBe(0);
  expect(after('waiter_age_seconds')).toBeCloseTo(INTERVAL / 1e3, 9);
  lock.release();
  await waiters[1];
  lock.release();
  await turn();
  expect((await scrape())('locked')).toBe(0);
});
