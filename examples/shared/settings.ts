/**
 * What a shop is made with, whichever framework serves it.
 */
import type { LockManagerOptions } from 'lockmeter';

/** Times in milliseconds. */
export interface ShopSettings {
  /** Where the stock and the invoice numbers are kept. */
  directory: string;
  /** How many of every article there are at first. */
  stock: number;
  /** How long the warehouse takes to confirm that an article is on its shelf. */
  warehouse: number;
  /** How long the payment provider takes. */
  payment: number;
  /** The longest `?slow=` that a checkout obeys: a fault to order, for looking at what it does. 0 in production. */
  slowest: number;
  /** The options of its locks, when they are not the process's. */
  locks?: LockManagerOptions;
}

/** The shop that `npm start` opens. */
export const SHOP: Omit<ShopSettings, 'directory'> = {
  stock: 1_000_000,
  warehouse: 8,
  payment: 35,
  slowest: process.env.NODE_ENV === 'production' ? 0 : 10_000,
};

/**
 * How much longer this checkout is asked to take, from its `?slow=`: 0 for anything that is no number of milliseconds.
 *
 * @example
 * extraPayment('2000', 10_000); // 2000
 */
export function extraPayment(slow: unknown, slowest: number): number {
  const asked = Number(slow);
  return Number.isFinite(asked) ? Math.min(Math.max(asked, 0), slowest) : 0;
}
