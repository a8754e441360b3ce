/**
 * `POST /checkout`: one customer at a time, because `lockRoute('/checkout')` stands in front of it. The most careful way to
 * sell, and the slowest: what the table shows when a payment takes its time.
 */
import type { IncomingMessage } from 'node:http';
import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { InvoiceNumbers } from '../shared/invoice-numbers.js';
import { sinceArrival } from '../shared/request-span.js';
import { SKUS } from '../shared/stock-store.js';
import { InventoryService } from './inventory.service.js';
import { PaymentService } from './payment.service.js';

/** What a customer is told. Times in milliseconds. */
export interface Receipt {
  by: string;
  sku: string;
  left: number;
  invoice: number;
  waitedMs: number;
  servedMs: number;
}

@Controller('checkout')
export class CheckoutController {
  constructor(
    @Inject(InventoryService) private readonly inventory: InventoryService,
    @Inject(PaymentService) private readonly payment: PaymentService,
    @Inject(InvoiceNumbers) private readonly invoices: InvoiceNumbers,
  ) {}

  @Post()
  @HttpCode(200)
  async checkout(
    @Req() request: IncomingMessage,
    @Query('by') by = 'somebody',
    @Query('sku') sku: string = SKUS[0],
    @Query('slow') slow?: string,
  ): Promise<Receipt> {
    const waited = sinceArrival(request);
    const left = await this.inventory.reserve(sku);
    await this.payment.charge(slow);
    const invoice = await this.invoices.next();
    const servedMs = Math.round(sinceArrival(request) - waited);
    return { by, sku, left, invoice, waitedMs: Math.round(waited), servedMs };
  }
}
