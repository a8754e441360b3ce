/**
 * A clock that stands still until a test moves it: durations, ages and areas become exact numbers. The sources take their
 * clock from `process.hrtime` when they are imported, so it is installed before that, hence `await import(...)` in the
 * tests that use it.
 */

/** Milliseconds; a test writes it. */
export const clock = { time: 1_000 };

/** Makes {@link clock} the time of everything that is imported afterwards. */
export function installControlledClock(): void {
  const { bigint } = process.hrtime;
  const hrtime = (): [number, number] => [Math.floor(clock.time / 1e3), (clock.time % 1e3) * 1e6];
  process.hrtime = Object.assign(hrtime, { bigint });
}
