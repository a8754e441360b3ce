/**
 * The time after a server's start in which nobody new is let in: it may have lost its locks, and whoever holds one brings it
 * back with the next renewal, before the lease is over, or knows by then that it is lost.
 *
 * Invariant: until it is known how long the server has been up, nobody is let in either; a server that does not tell us is old,
 * and one that does not answer is new.
 */
import type { DriverClock } from '../driver-clock.js';
import type { RedisConnections } from './connection.js';
import { asError, mayPass } from './failures.js';
import { serverInfo } from './server-info.js';

/** How exactly a server tells its uptime, in milliseconds. */
const GRAIN = 1_000;

export class Quarantine {
  /** When newcomers may ask, on the monotonic clock. */
  until = Infinity;
  private rounds = 0;

  constructor(
    private readonly clock: DriverClock,
    private readonly lease: number,
  ) {}

  /** There is a connection, perhaps to another server than before, or to one that has forgotten. */
  async begin(connections: RedisConnections, over: () => void): Promise<void> {
    const round = ++this.rounds;
    this.until = Infinity;
    const asked = this.clock.monotonic();
    const uptime = await uptimeOf(connections);
    // There was another connection since: what this one has said is of no interest.
    if (round !== this.rounds) return;
    this.until = asked + Math.max(0, this.lease + GRAIN - uptime);
    over();
  }
}

/** In milliseconds. */
async function uptimeOf(connections: RedisConnections): Promise<number> {
  try {
    const seconds = (await serverInfo(connections, 'server')).get('uptime_in_seconds');
    return Number(seconds ?? Infinity) * 1_000;
  } catch (reason) {
    return mayPass(asError(reason)) ? 0 : Infinity;
  }
}
