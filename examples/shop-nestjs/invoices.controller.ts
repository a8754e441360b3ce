/**
 * `POST /invoices`: a number for an order that came by telephone.
 */
import { Controller, Inject, Post } from '@nestjs/common';
import { InvoiceNumbers } from '../shared/invoice-numbers.js';

@Controller('invoices')
export class InvoicesController {
  constructor(@Inject(InvoiceNumbers) private readonly invoices: InvoiceNumbers) {}

  @Post()
  async create(): Promise<{ invoice: number }> {
    return { invoice: await this.invoices.next() };
  }
}
