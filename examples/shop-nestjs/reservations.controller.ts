/**
 * `POST /reservations/:sku`: puts one aside. Nothing but the article's own lock stands in its way.
 */
import { Controller, Inject, Param, Post } from '@nestjs/common';
import { InventoryService } from './inventory.service.js';

@Controller('reservations')
export class ReservationsController {
  constructor(@Inject(InventoryService) private readonly inventory: InventoryService) {}

  @Post(':sku')
  async reserve(@Param('sku') sku: string): Promise<{ sku: string; left: number }> {
    return { sku, left: await this.inventory.reserve(sku) };
  }
}
