/**
 * A driver that has no server behind it: it reports the round trips that one would make, so that what is measured of
 * drivers can be looked at without any.
 */
import { locks } from 'lockmeter';
import type { Extra } from './script.js';

/** How long each operation takes, beside the others. */
const WORK = { acquire: 2, renew: 1, release: 0.4 };
/** Milliseconds of one round trip after the other, times {@link WORK}. No multiple of three: each operation has slow ones. */
const TRIPS = [1.2, 0.8, 2.1, 1.4, 0.9, 6.5, 1.1, 1.3, 0.7, 1.6, 28, 1, 1.8];
/** Of so many, one fails. */
const FAILS = 61;

export function pretendDriver(): Extra {
  const server = locks.stats.backend('custom');
  let trips = 0;
  const trip = async (operation: keyof typeof WORK): Promise<void> => {
    trips++;
    const took = TRIPS[trips % TRIPS.length]! * WORK[operation];
    server.trips(operation, trips % FAILS === 0 ? 'error' : 'ok').duration.observe(took);
  };
  const arrivals = (Object.keys(WORK) as (keyof typeof WORK)[]).map((operation, i) => ({
    at: i * 50,
    come: () => trip(operation),
  }));
  return { rounds: [{ length: 210, arrivals }], stop: async () => {} };
}
