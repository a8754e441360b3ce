/**
 * Until when a lease is believed in here. It is counted from the moment at which the request was *sent* that the engine has
 * confirmed, so it lies before the end that the engine knows, however long the answer took.
 *
 * Invariant: it is over here before it is over there: by the margin, and by the time that the request took to get there.
 */
import { type DriverClock, elapsed, type Instant } from './driver-clock.js';

/** What a lease ends earlier here than at the engine, in milliseconds: for timers that are late, and for clocks that drift. */
export function leaseMargin(length: number): number {
  return Math.max(20, length / 100);
}

/** The end of a lease, on this process's clocks. */
export class LeaseDeadline {
  /** On the monotonic clock. */
  readonly at: number;
  private readonly length: number;

  /**
   * @param sent When the request was sent that was confirmed, or an earlier moment.
   * @param length From then on until the engine may give the lock away, in milliseconds.
   */
  constructor(
    readonly sent: Instant,
    length: number,
  ) {
    this.length = length - leaseMargin(length);
    this.at = sent.monotonic + this.length;
  }

  /** Milliseconds that are left; none when it is 0 or below. */
  left(clock: DriverClock): number {
    return this.length - elapsed(this.sent, clock);
  }
}
