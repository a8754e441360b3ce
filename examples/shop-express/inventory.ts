/**
 * The stock, and the line that keeps it right: `withLock` makes a function of it that serves one caller at a time per
 * article.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type LockManager, withLock } from 'lockmeter';
import type { StockStore } from '../shared/stock-store.js';

/** A wish that cannot be granted, with the HTTP status that says so. */
export class ShopError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Makes the function that takes one off the shelf and resolves to how many are left. */
export function makeReserve(
  stock: StockStore,
  warehouse: number,
  manager: LockManager,
): (sku: string) => Promise<number> {
  async function reserve(sku: string): Promise<number> {
    if (!stock.has(sku)) throw new ShopError(404, `No such article: ${sku}`);
    const left = await stock.read(sku);
    if (left === 0) throw new ShopError(409, `Sold out: ${sku}`);
    await sleep(warehouse);
    await stock.write(sku, left - 1);
    return left - 1;
  }
  return withLock('inventory', reserve, { manager, key: (sku) => sku, timeout: 10_000 });
}
