/**
 * A driver that has no server behind it: it reports the round trips that one would make, so that what is measured of
 * drivers can be looked at without any.
 */
import { locks } from 'lockmeter';
import type { Extra } from './script.js';

/** Milliseconds of one round trip after the other, and which of them fails. */
const TRIPS = [1.2, 0.8, 2.1, 1.4, 0.9, 6.5, 1.1, 1.3, 0.7, 1.6, 28, 1];
const FAILS = 10;

export function pretendDriver(): Extra {
  const server = locks.stats.backend('custom');
  let trips = 0;
  const trip = async (operation: 'acquire' | 'renew' | 'release'): Promise<void> => {
    const which = trips++ % TRIPS.length;
    server.trips(operation, which === FAILS ? 'error' : 'ok').duration.observe(TRIPS[which]!);
  };
  const arrivals = (['acquire', 'renew', 'release'] as const).map((operation, i) => ({
    at: i * 50,
    come: () => trip(operation),
  }));
  return { rounds: [{ length: 210, arrivals }], stop: async () => {} };
}
