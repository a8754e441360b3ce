/**
 * How long to wait before the next try to connect: short at first, for most outages are a restart or a cut cable, and never
 * so long that the end of an outage is noticed late. Leases are seconds, so the settings of the user's client do not count here.
 */

/** Milliseconds before the second try, and at most. */
const SHORTEST = 50;
const LONGEST = 1_000;

/** @param failures Tries that failed, 1 or more. */
export function backOff(failures: number): number {
  const delay = Math.min(SHORTEST * 2 ** (failures - 1), LONGEST);
  return delay * (0.75 + Math.random() / 2);
}
