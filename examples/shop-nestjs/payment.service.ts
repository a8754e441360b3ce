/**
 * The payment provider: somebody else's machine, and as slow as it likes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { extraPayment, type ShopSettings } from '../shared/settings.js';
import { SETTINGS } from './settings.token.js';

@Injectable()
export class PaymentService {
  constructor(@Inject(SETTINGS) private readonly settings: ShopSettings) {}

  /** Charges the card; `slow` is a fault to order. */
  async charge(slow: unknown): Promise<void> {
    const { payment, slowest } = this.settings;
    await sleep(payment + extraPayment(slow, slowest));
  }
}
