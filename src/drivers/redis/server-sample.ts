/**
 * What is known here of the server's clock: its time in a reply, and when the request for that reply was sent. The server has
 * read its clock after that, so an end of a lease that is counted from the sending lies before the real one.
 *
 * Invariant: nothing but differences of two times of the server is ever added to a time of this process.
 */
import { type DriverClock, elapsed, type Instant } from '../driver-clock.js';
import { LeaseDeadline } from '../lease-deadline.js';

export interface ServerSample {
  readonly sent: Instant;
  /** The server's time in the reply. */
  readonly now: number;
}

/** A message from the future by more than this (ms) means that the server's clock was set forward. */
const AHEAD = 50;

/** The end, on this process's clocks, of a lease that ends at `leaseEnd` on the server's. */
export function deadlineOf(leaseEnd: number, sample: ServerSample): LeaseDeadline {
  return new LeaseDeadline(sample.sent, leaseEnd - sample.now);
}

/** What the server's clock shows now at the latest, unless it was set. */
export function serverNow(sample: ServerSample, clock: DriverClock): number {
  return sample.now + elapsed(sample.sent, clock);
}

/**
 * Whether the sample still speaks of the clock that a message of `sentAt` was stamped by. If the clock was set forward in between, a
 * lease would be counted too long.
 */
export function fitsSample(sentAt: number, sample: ServerSample, clock: DriverClock): boolean {
  return serverNow(sample, clock) - sentAt >= -AHEAD;
}
