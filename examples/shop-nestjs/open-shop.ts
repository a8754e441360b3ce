/**
 * The application and what goes in front of it: the request's span, and the line that serialises `/checkout` with a lock of the
 * application's manager, as `@WithLock` does.
 */
import { NestFactory } from '@nestjs/core';
import { LockManager } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { requestSpan } from '../shared/request-span.js';
import type { Shop } from '../shared/run-shop.js';
import type { ShopSettings } from '../shared/settings.js';
import { appModule } from './app.module.js';

/** Makes the shop ready to listen. */
export async function openShop(settings: ShopSettings): Promise<Shop> {
  const app = await NestFactory.create(appModule(settings), { logger: ['error', 'warn'], abortOnError: false });
  app.use(requestSpan);
  const manager = app.get(LockManager);
  app.use(lockRoute('/checkout', { manager, timeout: 15_000, maxQueue: 500 }));
  await app.init();
  return { server: app.getHttpServer(), manager, close: () => app.close() };
}
