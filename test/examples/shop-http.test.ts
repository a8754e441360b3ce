/**
 * Both shops over HTTP: one customer at a time in the critical section, and the two routes that show it.
 */
import { jest } from '@jest/globals';
import type { Snapshot } from 'lockmeter';
import { InvoiceNumbers } from '../../examples/shared/invoice-numbers.js';
import { SKUS, StockStore } from '../../examples/shared/stock-store.js';
import { openShop as openExpressShop } from '../../examples/shop-express/open-shop.js';
import { openShop as openNestShop } from '../../examples/shop-nestjs/open-shop.js';
import { closeOpened, type OpenShop, openForTest, until } from './open-shops.js';

const NAMES = ['/checkout', 'inventory', 'invoice-number'];

afterEach(async () => {
  jest.restoreAllMocks();
  await closeOpened();
});

describe.each([
  ['NestJS', openNestShop],
  ['Express', openExpressShop],
])('the %s shop', (_framework, openShop) => {
  test('serves the second checkout after the first, and shows it waiting', async () => {
    const shop = await openForTest(openShop);
    const invoice = holdInvoices();
    const answered: string[] = [];
    const ann = shop.post('/checkout?by=ann').then(({ text }) => answered.push(JSON.parse(text).by));
    await invoice.asked;
    const bob = shop.post('/checkout?by=bob').then(({ text }) => answered.push(JSON.parse(text).by));
    const waiting = await until(
      () => checkoutLock(shop),
      ({ queueDepth }) => queueDepth === 1,
    );
    expect(waiting).toMatchObject({ held: 1, holders: [{ label: 'POST /checkout', queueDepth: 1 }] });
    expect(invoice.times()).toBe(1);
    invoice.letGo();
    await Promise.all([ann, bob]);
    expect(answered).toEqual(['ann', 'bob']);
    expect(await checkoutLock(shop)).toMatchObject({ held: 0, queueDepth: 0 });
  });

  test('never has two customers between reading and writing the stock of an article', async () => {
    const shop = await openForTest(openShop);
    const inside = watchStock();
    const paths = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? '/checkout' : `/reservations/${SKUS[0]}`));
    const answers = await Promise.all(paths.map((path) => shop.post(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect(inside.most()).toBe(1);
  });

  test('shows every lock at /locks and at /metrics', async () => {
    const shop = await openForTest(openShop);
    await shop.post('/checkout');
    const { locks } = JSON.parse((await shop.get('/locks')).text) as Snapshot;
    expect(locks.map(({ name }) => name).sort()).toEqual(NAMES);
    const metrics = await shop.get('/metrics');
    for (const name of NAMES) expect(metrics.text).toContain(`lockmeter_locked{lock_name="${name}"`);
  });

  test('sends Prometheus the page that has exemplars, and everybody else plain text', async () => {
    const shop = await openForTest(openShop);
    const asked = await shop.get('/metrics', { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' });
    expect(asked.text).toMatch(/# EOF\s*$/);
    expect((await shop.get('/metrics')).text).not.toContain('# EOF');
  });

  test('knows what it does not sell, and what it has no more of', async () => {
    const shop = await openForTest((settings) => openShop({ ...settings, stock: 1 }));
    expect((await shop.post('/reservations/unicorn')).status).toBe(404);
    expect((await shop.post(`/reservations/${SKUS[0]}`)).status).toBe(201);
    expect((await shop.post(`/reservations/${SKUS[0]}`)).status).toBe(409);
    expect((await shop.post(`/reservations/${SKUS[1]}`)).status).toBe(201);
  });
});

async function checkoutLock(shop: OpenShop) {
  const { locks } = JSON.parse((await shop.get('/locks')).text) as Snapshot;
  return locks.find(({ name }) => name === '/checkout')!;
}

/** The first invoice takes until `letGo()`. */
function holdInvoices() {
  let asked = (): void => {};
  let letGo = (): void => {};
  const whenAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const spy = jest.spyOn(InvoiceNumbers.prototype, 'next').mockImplementation(async () => {
    asked();
    await held;
    return 1;
  });
  return { asked: whenAsked, letGo, times: () => spy.mock.calls.length };
}

/** Counts the customers between a read and the write that follows it. */
function watchStock() {
  const { read, write } = StockStore.prototype;
  let inside = 0;
  let most = 0;
  jest.spyOn(StockStore.prototype, 'read').mockImplementation(function (this: StockStore, sku: string) {
    most = Math.max(most, ++inside);
    return read.call(this, sku);
  });
  jest.spyOn(StockStore.prototype, 'write').mockImplementation(async function (this: StockStore, sku, left) {
    await write.call(this, sku, left);
    inside--;
  });
  return { most: () => most };
}
