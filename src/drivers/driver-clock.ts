/**
 * The clocks of drivers. Leases are counted on two at once: the monotonic one stands still while the machine sleeps, and the
 * wall clock can be set back; whichever has gone further is believed.
 *
 * Invariant: `monotonic` is the clock of `performance.now()`, in which deadlines are told.
 */

/** Where a driver reads the time, in milliseconds. */
export interface DriverClock {
  monotonic(): number;
  wall(): number;
}

/** One moment on both clocks. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

export const systemClock: DriverClock = { monotonic: () => performance.now(), wall: () => Date.now() };

export function instant(clock: DriverClock): Instant {
  return { monotonic: clock.monotonic(), wall: clock.wall() };
}

/** Milliseconds since then, on the clock that has gone further. */
export function elapsed(since: Instant, clock: DriverClock): number {
  return Math.max(clock.monotonic() - since.monotonic, clock.wall() - since.wall);
}
