/** A shop on Nest (and Express) whose checkout is locked by `@WithLock`. */
import 'reflect-metadata';
import type { Server, ServerResponse } from 'node:http';
import { Controller, HttpCode, Inject, Module, Param, Post, Query, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LockManager, StatsRegistry } from 'lockmeter';
import { LockModule, WithLock } from 'lockmeter/nestjs';
import { clientLeaves } from '../frameworks/client-leaves.js';
import { Ledger } from './ledger.js';
import { TIMEOUT } from './plan.js';
import type { SoakShop } from './shop.js';

@Controller('carts')
class CheckoutController {
  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  @WithLock('checkout', {
    key: (cart: string) => cart,
    signal: (_cart: string, _visit: string, response: ServerResponse) => clientLeaves(response),
  })
  @Post(':cart/checkout')
  @HttpCode(200)
  async checkout(
    @Param('cart') cart: string,
    @Query('visit') visit: string,
    @Res({ passthrough: true }) _response: ServerResponse,
  ): Promise<{ cart: string }> {
    await this.ledger.work(Number(visit));
    return { cart };
  }
}

/** Makes it ready to listen; a request waits `timeout` milliseconds at most. */
export async function nestShop(ledger: Ledger, timeout = TIMEOUT): Promise<SoakShop> {
  @Module({
    imports: [LockModule.forRoot({ stats: new StatsRegistry(), timeout })],
    controllers: [CheckoutController],
    providers: [{ provide: Ledger, useValue: ledger }],
  })
  class ShopModule {}
  const app = await NestFactory.create(ShopModule, { logger: false });
  await app.init();
  const server = app.getHttpServer() as Server;
  return { server, manager: app.get(LockManager), lock: 'checkout', close: () => app.close() };
}
