/**
 * The shop's traces from end to end: SDK, request spans, the locks' spans, the tree.
 */
import { jest } from '@jest/globals';
import { InvoiceNumbers } from '../../examples/shared/invoice-numbers.js';
import { PLAIN } from '../../examples/shared/paint.js';
import { rootOf } from '../../examples/shared/span-record.js';
import { traceTree } from '../../examples/shared/trace-tree.js';
import { startTracing, type Tracing } from '../../examples/shared/tracing.js';
import { openShop } from '../../examples/shop-nestjs/open-shop.js';
import { closeOpened, type OpenShop, openForTest, until } from './open-shops.js';

let tracing: Tracing;

beforeAll(() => {
  tracing = startTracing('shop-under-test', {});
});

afterEach(async () => {
  jest.restoreAllMocks();
  await closeOpened();
});

afterAll(() => tracing.stop());

test('the trace of a checkout that waited names the checkout that it waited for', async () => {
  const shop = await openForTest(openShop);
  const letGo = await occupyCheckout(shop);
  const waiter = shop.post('/checkout?by=bob');
  await until(
    () => shop.get('/locks'),
    ({ text }) => text.includes('"queueDepth":1'),
  );
  letGo();
  await waiter;
  const trace = await until(
    async () => tracing.recent!.slowest(Date.now()),
    (slowest) => slowest?.spans.some(({ name }) => name === 'lock.wait /checkout') === true,
  );
  const tree = traceTree(trace!, tracing.recent!, PLAIN).map((line) => line.split(/ {2,}\d/)[0]);
  expect(tree).toEqual([
    'POST /checkout?by=bob',
    '├─ lock.wait /checkout',
    '│  ↳ POST /checkout?by=ann',
    '└─ lock.hold /checkout',
    '   ├─ lock.hold inventory',
    '   └─ lock.hold invoice-number',
  ]);
});

test('a request continues the trace of its caller, under the name of its route', async () => {
  const shop = await openForTest(openShop);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await shop.post('/reservations/kettle', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  const trace = await until(
    async () => tracing.recent!.trace({ traceId, spanId: '' }),
    (found) => found !== undefined && rootOf(found) !== undefined,
  );
  expect(rootOf(trace!)).toMatchObject({
    name: 'POST /reservations/:sku',
    attributes: { 'http.route': '/reservations/:sku', 'http.response.status_code': 201 },
  });
  expect(trace!.spans.map(({ name }) => name)).toContain('lock.hold inventory');
});

test('spans are sent to a collector instead when there is one', async () => {
  const sending = startTracing('shop-under-test', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(sending).toMatchObject({ endpoint: 'http://127.0.0.1:1', recent: undefined });
  await sending.stop();
});

/** Ann checks out, and is in the critical section until the function is called. */
async function occupyCheckout(shop: OpenShop): Promise<() => void> {
  let letGo = (): void => {};
  const next = InvoiceNumbers.prototype.next;
  const inside = new Promise<void>((entered) => {
    jest.spyOn(InvoiceNumbers.prototype, 'next').mockImplementationOnce(async function (this: InvoiceNumbers) {
      entered();
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return next.call(this);
    });
  });
  void shop.post('/checkout?by=ann');
  await inside;
  return letGo;
}
