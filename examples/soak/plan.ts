/**
 * What the customers will do, decided before they do it: the same seed gives the same plan, whatever the machine makes of the
 * moments.
 */
import { seeded } from '../../bench/random.js';

/** How much there is to do. */
export interface Size {
  seed: number;
  requests: number;
  connections: number;
  keys: number;
  /** The part of the customers who hang up, from 0 to 1. */
  leaving: number;
  /** The part of those whose handler never answers: it notices that they left, and forgets about it. */
  forgotten: number;
  /** The part of the requests whose handler is so slow that those behind it get no turn in time. */
  slow: number;
  /** The other handlers take from 0 to this many milliseconds; 0 is one turn of the event loop. */
  longest: number;
}

/** One request. Times in milliseconds. */
export interface Visit {
  readonly number: number;
  readonly key: string;
  /** How long the handler takes; 0 is one turn of the event loop. */
  readonly hold: number;
  /** When the customer hangs up, from the sending; `undefined` stays for the answer. */
  readonly leaves: number | undefined;
  readonly forgotten: boolean;
}

/** How long a request waits at most, and how long the hold of one whose client left lasts without an answer. */
export const TIMEOUT = 250;
export const GRACE = 60;
/** Longer than the timeout of those behind it; {@link GRACE} does not touch it while its client is there. */
const SLOW = 300;
/** The moments of hanging up are spread evenly from the sending to here. */
const PATIENCE = 40;

/** The visits of a soak, in the order in which they are sent. */
export function makePlan({ seed, requests, keys, leaving, forgotten, slow, longest }: Size): Visit[] {
  const random = seeded(seed);
  return Array.from({ length: requests }, (_, number) => {
    const key = `cart-${Math.floor(random() * keys)}`;
    const leaves = random() < leaving ? random() * PATIENCE : undefined;
    const forgets = random() < forgotten && leaves !== undefined;
    const isSlow = random() < slow && leaves === undefined;
    const hold = Math.round(random() * longest);
    return { number, key, hold: isSlow ? SLOW : hold, leaves, forgotten: forgets };
  });
}
