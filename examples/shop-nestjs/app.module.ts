/**
 * What the shop consists of. `LockModule.forRoot()` answers 503 with `Retry-After` for a lock that was not to be had; with
 * options, such as a driver, it makes the manager that everything here gets.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { LockManager } from 'lockmeter';
import { LockModule } from 'lockmeter/nestjs';
import { InvoiceNumbers } from '../shared/invoice-numbers.js';
import { MetricsPage } from '../shared/metrics-page.js';
import type { ShopSettings } from '../shared/settings.js';
import { StockStore } from '../shared/stock-store.js';
import { CheckoutController } from './checkout.controller.js';
import { InventoryService } from './inventory.service.js';
import { InvoicesController } from './invoices.controller.js';
import { LocksController } from './locks.controller.js';
import { MetricsController } from './metrics.controller.js';
import { PaymentService } from './payment.service.js';
import { ReservationsController } from './reservations.controller.js';
import { SETTINGS } from './settings.token.js';

@Module({
  controllers: [CheckoutController, ReservationsController, InvoicesController, LocksController, MetricsController],
  providers: [
    InventoryService,
    PaymentService,
    { provide: StockStore, useFactory: openStock, inject: [SETTINGS] },
    { provide: InvoiceNumbers, useFactory: openInvoiceNumbers, inject: [SETTINGS, LockManager, StockStore] },
    MetricsPage,
  ],
})
class AppModule {}

/** The shop with these settings. */
export function appModule(settings: ShopSettings): DynamicModule {
  const imports = [LockModule.forRoot(settings.locks)];
  return { module: AppModule, imports, providers: [{ provide: SETTINGS, useValue: settings }] };
}

async function openStock({ directory, stock }: ShopSettings): Promise<StockStore> {
  const store = new StockStore(directory);
  await store.open(stock);
  return store;
}

async function openInvoiceNumbers({ directory }: ShopSettings, manager: LockManager): Promise<InvoiceNumbers> {
  const numbers = new InvoiceNumbers(directory, manager);
  await numbers.open();
  return numbers;
}
