/**
 * When a lease is over here: by whichever clock has gone further, from the sending on, and a margin early.
 */
import { elapsed, instant, systemClock } from '../../src/drivers/driver-clock.js';
import { LeaseDeadline, leaseMargin } from '../../src/drivers/lease-deadline.js';

const time = { monotonic: 1_000, wall: 5_000_000 };
const clocks = { monotonic: () => time.monotonic, wall: () => time.wall };

test('the margin is 1 % of the lease, and 20 ms at least', () => {
  expect([leaseMargin(100), leaseMargin(2_000), leaseMargin(15_000)]).toEqual([20, 20, 150]);
});

test('it counts on both clocks, and believes the one that went further', () => {
  const lease = new LeaseDeadline(instant(clocks), 15_000);
  expect([lease.at, lease.left(clocks)]).toEqual([15_850, 14_850]);
  time.monotonic += 1_000;
  expect(lease.left(clocks)).toBe(13_850);
  time.wall += 10_000;
  expect(lease.left(clocks)).toBe(4_850);
  time.wall -= 3_600_000;
  expect(lease.left(clocks)).toBe(13_850);
});

test('the clocks of the platform are those in which deadlines are told', () => {
  const now = instant(systemClock);
  expect(Math.abs(now.monotonic - performance.now())).toBeLessThan(1_000);
  expect(Math.abs(now.wall - Date.now())).toBeLessThan(1_000);
  expect(elapsed(now, systemClock)).toBeGreaterThanOrEqual(0);
});
