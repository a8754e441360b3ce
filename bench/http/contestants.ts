/**
 * What is compared: applications that do the same, with and without a line in front of the same route. Each is a module of
 * its own, for a server loads the one it is asked for and nothing else.
 *
 * The keyed ones are uncontended, for every connection has a cart of its own. express-queue knows no keys: its one line for
 * all is what it is.
 */
import type { RequestListener } from 'node:http';

/** Something that answers `POST /carts/:id/checkout`. */
export interface App {
  open(): RequestListener | Promise<RequestListener>;
}

/** One row of the table. */
export interface Contestant {
  readonly name: string;
  load(): Promise<App>;
}

/** A promise about one contestant: it serves at least this part of the requests per second of another. */
export interface Bar {
  readonly of: string;
  readonly against: string;
  readonly atLeast: number;
}

/** All of them, the bare application of each framework first. */
export const CONTESTANTS: readonly Contestant[] = [
  { name: 'Express', load: () => import('./apps/express-plain.js') },
  { name: 'Express, empty Router', load: () => import('./apps/express-router.js') },
  { name: 'Express, lockRoute', load: () => import('./apps/express-lock-route.js') },
  { name: "Express, lockRoute, deadlocks: 'off'", load: () => import('./apps/express-lock-route-no-deadlocks.js') },
  { name: 'Express, serialize', load: () => import('./apps/express-serialize.js') },
  { name: 'Express, async-mutex by hand', load: () => import('./apps/express-async-mutex.js') },
  { name: 'Express, express-queue', load: () => import('./apps/express-queue.js') },
  { name: 'Nest', load: () => import('./apps/nest-plain.js') },
  { name: 'Nest, @WithLock', load: () => import('./apps/nest-with-lock.js') },
];

/** What a lock on a route may cost. */
export const BARS: readonly Bar[] = [
  { of: 'Express, lockRoute', against: 'Express, empty Router', atLeast: 0.95 },
  { of: 'Express, lockRoute', against: 'Express', atLeast: 0.9 },
  { of: 'Nest, @WithLock', against: 'Nest', atLeast: 0.95 },
];

/** @throws Error when there is none of this name. */
export function contestant(name: string): Contestant {
  const found = CONTESTANTS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no contestant '${name}'`);
  return found;
}
