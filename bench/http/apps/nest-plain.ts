/** A Nest application on Express, and a route that is not locked. */

import type { RequestListener } from 'node:http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { nestShop } from './nest-shop.js';

@Controller('carts')
class Carts {
  @Post(':id/checkout')
  @HttpCode(200)
  async checkout(@Param('id') cart: string): Promise<{ cart: string }> {
    return { cart };
  }
}

export function open(): Promise<RequestListener> {
  return nestShop(Carts);
}
