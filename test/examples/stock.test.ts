/**
 * What the lock is for: the stock adds up with it, and does not without.
 */
import { jest } from '@jest/globals';
import { SKUS, StockStore } from '../../examples/shared/stock-store.js';
import { openShop as openExpressShop } from '../../examples/shop-express/open-shop.js';
import { openShop as openNestShop } from '../../examples/shop-nestjs/open-shop.js';
import { type Answer, closeOpened, type OpenShop, openForTest, SETTINGS } from './open-shops.js';
import { openUnlockedShop } from './unlocked-shop.js';

/** All at once, over as many sockets as the customers have. */
const CHECKOUTS = 2_000;
const ARTICLES = SKUS.slice(0, 4);
/** The same, through the endpoint that has nothing but `@WithLock` in front of the stock. */
const RESERVATIONS = 500;
const RESERVED = SKUS.slice(0, 2);

afterEach(async () => {
  jest.restoreAllMocks();
  await closeOpened();
});

/** Every article equally often, all at once. */
function buyAtOnce(shop: OpenShop, checkouts: number): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: checkouts }, (_, i) => shop.post(`/checkout?sku=${ARTICLES[i % ARTICLES.length]}`)),
  );
}

function reserveAtOnce(shop: OpenShop): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: RESERVATIONS }, (_, i) => shop.post(`/reservations/${RESERVED[i % RESERVED.length]}`)),
  );
}

function stockOf({ directory }: OpenShop, articles: readonly string[] = ARTICLES): Promise<number[]> {
  const store = new StockStore(directory);
  return Promise.all(articles.map((sku) => store.read(sku)));
}

/** How many of each article are left when `sold` were sold and none was lost. */
function rightStock(sold: number, articles: readonly string[]): number[] {
  return articles.map(() => SETTINGS.stock - sold / articles.length);
}

describe.each([
  ['NestJS', openNestShop, CHECKOUTS],
  ['Express', openExpressShop, CHECKOUTS / 10],
])('the %s shop', (_framework, openShop, checkouts) => {
  test(`has the right stock after ${checkouts} concurrent checkouts`, async () => {
    const shop = await openForTest(openShop);
    const answers = await buyAtOnce(shop, checkouts);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await stockOf(shop)).toEqual(rightStock(checkouts, ARTICLES));
    const invoices = answers.map(({ text }) => JSON.parse(text).invoice as number).sort((a, b) => a - b);
    expect(invoices).toEqual(Array.from({ length: checkouts }, (_, i) => i + 1));
  }, 120_000);
});

test(`the NestJS shop has the right stock after ${RESERVATIONS} concurrent reservations, by @WithLock alone`, async () => {
  const shop = await openForTest(openNestShop);
  const answers = await reserveAtOnce(shop);
  expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  expect(await stockOf(shop, RESERVED)).toEqual(rightStock(RESERVATIONS, RESERVED));
  const lefts = answers.map(({ text }) => JSON.parse(text) as { sku: string; left: number });
  for (const sku of RESERVED) {
    // Nobody was told what somebody else was told: each piece was reserved once.
    expect(new Set(lefts.filter((left) => left.sku === sku).map(({ left }) => left)).size).toBe(
      RESERVATIONS / RESERVED.length,
    );
  }
});

describe('the same shop without its locks', () => {
  test('has sold more than has left the stock after as many concurrent checkouts', async () => {
    const shop = await openForTest(openUnlockedShop);
    const answers = await buyAtOnce(shop, CHECKOUTS);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    for (const left of await stockOf(shop)) expect(left).toBeGreaterThan(SETTINGS.stock - CHECKOUTS / ARTICLES.length);
  }, 120_000);

  test('has reserved more than has left the stock after as many concurrent reservations', async () => {
    const shop = await openForTest(openUnlockedShop);
    const answers = await reserveAtOnce(shop);
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const [right] = rightStock(RESERVATIONS, RESERVED);
    for (const left of await stockOf(shop, RESERVED)) expect(left).toBeGreaterThan(right!);
  });

  test('loses a sale whenever two customers read before either writes', async () => {
    const shop = await openForTest(openUnlockedShop);
    meetAfterReading(2);
    const answers = await Promise.all([shop.post('/checkout'), shop.post('/checkout')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await new StockStore(shop.directory).read(SKUS[0])).toBe(SETTINGS.stock - 1);
  });
});

/** From now on, `count` readers wait for each other before they go on. */
function meetAfterReading(count: number): void {
  const read = StockStore.prototype.read;
  let arrived = 0;
  let open = (): void => {};
  const met = new Promise<void>((resolve) => {
    open = resolve;
  });
  jest.spyOn(StockStore.prototype, 'read').mockImplementation(async function (this: StockStore, sku: string) {
    const left = await read.call(this, sku);
    if (++arrived === count) open();
    await met;
    return left;
  });
}
