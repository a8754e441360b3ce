/**
 * Who comes to the shop: an ordinary day, with the troubles that a lock shows.
 */
import { SKUS } from '../stock-store.js';

/** Customers of one kind. They come independently of each other, as people do, whether or not the shop keeps up. */
export interface Customers {
  /** How many a second on average. */
  rate: number;
  path(): string;
  /** After how many milliseconds this one hangs up; `undefined` waits as long as it takes. */
  patience?(): number | undefined;
}

/** Something that happens on the clock. Times in milliseconds. */
export interface Incident {
  first: number;
  every: number;
  paths(): string[];
}

const HOT = SKUS[0];
const QUIET = SKUS.slice(1);

/** Seven of ten want the same article: the hot key. */
function wanted(): string {
  return Math.random() < 0.7 ? HOT : QUIET[Math.floor(Math.random() * QUIET.length)]!;
}

export const CUSTOMERS: readonly Customers[] = [
  { rate: 25, path: () => `/reservations/${wanted()}` },
  {
    rate: 7,
    path: () => `/checkout?sku=${wanted()}`,
    patience: () => (Math.random() < 0.15 ? 400 : undefined),
  },
  { rate: 8, path: () => '/invoices' },
];

const repeat = (times: number, path: string): string[] => new Array<string>(times).fill(path);

export const INCIDENTS: readonly Incident[] = [
  // A newsletter, a flash sale: everybody at once.
  { first: 5_000, every: 15_000, paths: () => [...repeat(20, `/reservations/${HOT}`), ...repeat(10, '/checkout')] },
  // The payment provider is slow for one customer, and with it for everybody behind them.
  { first: 12_000, every: 60_000, paths: () => ['/checkout?slow=4000'] },
];
