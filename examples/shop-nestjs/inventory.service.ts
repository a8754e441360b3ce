/**
 * The stock, and the line that keeps it right. Each article has its own lock, so that coffee does not wait for kettles.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { WithLock } from 'lockmeter/nestjs';
import type { ShopSettings } from '../shared/settings.js';
import { StockStore } from '../shared/stock-store.js';
import { SETTINGS } from './settings.token.js';

@Injectable()
export class InventoryService {
  constructor(
    @Inject(StockStore) private readonly stock: StockStore,
    @Inject(SETTINGS) private readonly settings: ShopSettings,
  ) {}

  /** Takes one off the shelf and returns how many are left. */
  @WithLock('inventory', { key: (sku: string) => sku, timeout: 10_000 })
  async reserve(sku: string): Promise<number> {
    return this.takeOne(sku);
  }

  /** Read, think, write: two of these at once for one article would sell the same piece twice. */
  protected async takeOne(sku: string): Promise<number> {
    if (!this.stock.has(sku)) throw new NotFoundException(`No such article: ${sku}`);
    const left = await this.stock.read(sku);
    if (left === 0) throw new ConflictException(`Sold out: ${sku}`);
    await sleep(this.settings.warehouse);
    await this.stock.write(sku, left - 1);
    return left - 1;
  }
}
