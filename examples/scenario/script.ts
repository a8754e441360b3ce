/**
 * What happens, as a table: who comes when, for which lock, and how long the work takes. All times in milliseconds.
 *
 * Something new to show is a round more here, or an {@link Extra} that brings its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '../shared/traffic/client.js';
import { backgroundJob } from './background-job.js';
import type { Ledger } from './ledger.js';
import { LOCK } from './lock-names.js';
import { settlements } from './pretend-driver.js';
import type { Arrival, Round } from './timetable.js';

/** What a part of the scenario is given. */
export interface Stage {
  /** A request to the shop over a real socket. */
  readonly send: Send;
  readonly ledger: Ledger;
  /** When the import gets stuck, in milliseconds after the start. */
  readonly stuckAfter: number;
}

/** A part of the scenario that has something to set up or to clear away. */
export interface Extra {
  readonly rounds: readonly Round[];
  /** Called when the last arrival has gone. */
  stop(): Promise<void>;
}

/** 15 a second, 40 ms each: 60 %. Some come while another is in, and wait for a part of it. */
const RESERVATIONS = [0, 20, 110, 170, 210, 290, 350, 420, 490, 530, 600, 640, 710, 790, 850, 940];
const RESERVATION_ROUND = 1_060;

/**
 * Nine at once: one is in, five wait, three are turned away. The fifth hangs up after 150 ms; the sixth is the fourth to go
 * in then, after 400 ms, and times out before.
 */
const BURST = [0, 5, 10, 15, 20, 25, 30, 35, 40];
const IMPATIENT = 20;
/** One at a time, nobody waits. */
const CHECKOUTS = [1_100, 1_600, 2_100, 2_600];
/** How long a round of checkouts is. It begins with a burst that is over within the first half second. */
export const CHECKOUT_ROUND = 3_300;

export function script({ send, ledger }: Stage): Round[] {
  const post = (path: string, patience?: number) => (): Promise<unknown> => send(path, patience);
  const refresh = (): Promise<void> => backgroundJob(ledger, LOCK.config, () => sleep(2), { label: 'refresh' });
  return [
    { length: RESERVATION_ROUND, arrivals: RESERVATIONS.map((at) => ({ at, come: post('/reservations?work=40') })) },
    {
      length: CHECKOUT_ROUND,
      arrivals: [
        ...BURST.map((at) => ({ at, come: post('/checkout?work=100', at === IMPATIENT ? 150 : undefined) })),
        ...CHECKOUTS.map((at) => ({ at, come: post('/checkout?work=60') })),
      ],
    },
    {
      length: 730,
      arrivals: [
        { at: 0, come: post('/carts/ann?work=150') },
        { at: 50, come: post('/carts/bob?work=150') },
        { at: 100, come: post('/carts/ann?work=150') },
        { at: 300, come: post('/carts/eve?work=150') },
      ],
    },
    { length: 4_100, arrivals: [{ at: 0, come: refresh }] },
  ];
}

/** Imports that come one after the other and are done at once, until one hangs: it lets go when the scenario is over. */
export function stuckImport({ ledger, stuckAfter }: Stage): Extra {
  let letGo: () => void = () => {};
  const hang = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let stuck: Promise<void> | undefined;
  const begin = setTimeout(() => {
    stuck = backgroundJob(ledger, LOCK.priceImport, () => hang, { label: 'nightly import' });
  }, stuckAfter);
  const nextImport: Arrival = {
    // Not the first, where the import hangs from the start.
    at: 100,
    come: () => backgroundJob(ledger, LOCK.priceImport, () => sleep(30), { label: 'next import', timeout: 3_000 }),
  };
  return {
    rounds: [{ length: 710, arrivals: [nextImport] }],
    async stop() {
      clearTimeout(begin);
      letGo();
      await stuck;
    },
  };
}

/** What is played beside {@link script}. */
export const EXTRAS: readonly ((stage: Stage) => Extra)[] = [stuckImport, settlements];
