/** The same route under @WithLock, keyed by cart. */

import type { RequestListener } from 'node:http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { WithLock } from 'lockmeter/nestjs';
import { nestShop } from './nest-shop.js';

@Controller('carts')
class Carts {
  @WithLock('cart', { key: (cart: string) => cart })
  @Post(':id/checkout')
  @HttpCode(200)
  async checkout(@Param('id') cart: string): Promise<{ cart: string }> {
    return { cart };
  }
}

export function open(): Promise<RequestListener> {
  return nestShop(Carts);
}
