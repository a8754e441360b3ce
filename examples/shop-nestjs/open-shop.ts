/**
 * The application and what goes in front of it: the request's span, and the line that serialises `/checkout`.
 */
import { NestFactory } from '@nestjs/core';
import { lockRoute } from 'lockmeter/express';
import { requestSpan } from '../shared/request-span.js';
import type { Shop } from '../shared/run-shop.js';
import type { ShopSettings } from '../shared/settings.js';
import { appModule } from './app.module.js';

/** Makes the shop ready to listen. */
export async function openShop(settings: ShopSettings): Promise<Shop> {
  const app = await NestFactory.create(appModule(settings), { logger: ['error', 'warn'], abortOnError: false });
  app.use(requestSpan);
  app.use(lockRoute('/checkout', { timeout: 15_000, maxQueue: 500 }));
  await app.init();
  return { server: app.getHttpServer(), close: () => app.close() };
}
