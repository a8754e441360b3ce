/**
 * What has to be done after the call that is at work, in the same turn of the event loop.
 *
 * Invariant: it is done. `queueMicrotask()` is among the timers that a test may replace with fake ones, and what was left to
 * those is never done when the test puts the real ones back.
 */
const settled = Promise.resolve();

/** Calls `step`, which must not throw, in a microtask. */
export function inMicrotask(step: () => void): void {
  void settled.then(step);
}
