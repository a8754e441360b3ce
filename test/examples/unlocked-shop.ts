/**
 * The NestJS shop with its locks taken out, and nothing else changed: the control of the tests of the stock.
 */
import { Test } from '@nestjs/testing';
import { LockManager } from 'lockmeter';
import { requestSpan } from '../../examples/shared/request-span.js';
import type { Shop } from '../../examples/shared/run-shop.js';
import type { ShopSettings } from '../../examples/shared/settings.js';
import { appModule } from '../../examples/shop-nestjs/app.module.js';
import { InventoryService } from '../../examples/shop-nestjs/inventory.service.js';

class UnlockedInventory extends InventoryService {
  override reserve(sku: string): Promise<number> {
    return this.takeOne(sku);
  }
}

export async function openUnlockedShop(settings: ShopSettings): Promise<Shop> {
  const module = await Test.createTestingModule({ imports: [appModule(settings)] })
    .overrideProvider(InventoryService)
    .useClass(UnlockedInventory)
    .compile();
  const app = module.createNestApplication({ logger: ['error', 'warn'] });
  app.use(requestSpan);
  await app.init();
  return { server: app.getHttpServer(), manager: app.get(LockManager), close: () => app.close() };
}
