/**
 * The shop's routes: `lockRoute` in front of the checkout, a locked function for the stock, two routes to look at both.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type ErrorRequestHandler } from 'express';
import { LockError, LockManager, locks } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { InvoiceNumbers } from '../shared/invoice-numbers.js';
import { metricsPage } from '../shared/metrics-page.js';
import { requestSpan, sinceArrival } from '../shared/request-span.js';
import type { Shop } from '../shared/run-shop.js';
import { extraPayment, type ShopSettings } from '../shared/settings.js';
import { SKUS, StockStore } from '../shared/stock-store.js';
import { makeReserve, ShopError } from './inventory.js';

/** Makes the shop ready to listen. */
export async function openShop(settings: ShopSettings): Promise<Shop> {
  const manager = settings.locks === undefined ? locks : new LockManager(settings.locks);
  const stock = new StockStore(settings.directory);
  const invoices = new InvoiceNumbers(settings.directory, manager);
  await stock.open(settings.stock);
  await invoices.open();
  const reserve = makeReserve(stock, settings.warehouse, manager);

  const app = express();
  app.use(requestSpan);
  app.use(lockRoute('/checkout', { manager, timeout: 15_000, maxQueue: 500 }));

  app.post('/checkout', async (request, response) => {
    const waited = sinceArrival(request);
    const { by = 'somebody', sku = SKUS[0], slow } = request.query;
    const left = await reserve(String(sku));
    await sleep(settings.payment + extraPayment(slow, settings.slowest));
    const invoice = await invoices.next();
    const servedMs = Math.round(sinceArrival(request) - waited);
    response.json({ by, sku, left, invoice, waitedMs: Math.round(waited), servedMs });
  });
  app.post('/reservations/:sku', async (request, response) => {
    const { sku } = request.params;
    response.status(201).json({ sku, left: await reserve(sku) });
  });
  app.post('/invoices', async (_request, response) => {
    response.status(201).json({ invoice: await invoices.next() });
  });
  app.get('/locks', (_request, response) => {
    response.json(manager.snapshot());
  });
  app.get('/metrics', metricsPage());
  app.use(explain);
  return { server: createServer(app), manager, close: async () => {} };
}

/** Errors as statuses. A lock that was not to be had is "come again", not "broken". */
const explain: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof ShopError) response.status(error.status).json({ message: error.message });
  else if (error instanceof LockError) response.status(503).set('Retry-After', '1').json({ code: error.code });
  else next(error);
};
