/**
 * The one clock of the lock: monotonic milliseconds, as a float.
 *
 * Every transition reads it exactly once. It is never cached: a holder that keeps the CPU busy would then be
 * measured as having held for 0 ms. `process.hrtime()` costs little more than half of `performance.now()` on Node 20
 * (`npm run bench` prints both), and at two reads per operation the clock is most of what the numbers cost.
 */
const { hrtime } = process;

export function now(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}
