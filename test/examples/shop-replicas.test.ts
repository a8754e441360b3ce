/**
 * What the locks are for when there are several processes: one stock for all stays right with locks that they share, also when one
 * of them is killed, and does not with locks of their own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvoiceNumbers } from '../../examples/shared/invoice-numbers.js';
import { Fleet } from '../../examples/shared/replicas/fleet.js';
import { SKUS, StockStore } from '../../examples/shared/stock-store.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { compileExamples, shopProgram } from './compiled-examples.js';
import { SETTINGS, until } from './open-shops.js';

const BUILD = '.build/under-test-replicas';
const REPLICAS = 3;
/** All at once, spread over the replicas. */
const CHECKOUTS = 300;
const ARTICLES = SKUS.slice(0, 4);

let server: RedisServer;
let agent: Agent | undefined;
let directory: string;
let fleet: Fleet | undefined;

beforeAll(async () => {
  await compileExamples(BUILD);
  server = await startRedis();
}, 180_000);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lockmeter-test-'));
  // Few enough that nobody's patience ends, however slow the machine is.
  agent = new Agent({ keepAlive: true, maxSockets: 10 });
  await new StockStore(directory).open(SETTINGS.stock);
  await new InvoiceNumbers(directory).open();
});

afterEach(async () => {
  agent?.destroy();
  await fleet?.close();
  fleet = undefined;
  await rm(directory, { recursive: true });
});

afterAll(() => server?.stop());

/** Three processes that sell from one stock. */
async function open(shop: string, redis: string | undefined): Promise<Fleet> {
  // Long enough for two processes to read the same number, when nothing keeps them from it.
  const settings = { ...SETTINGS, directory, warehouse: 1 };
  const order = { settings, redis };
  fleet = await Fleet.open({ program: shopProgram(BUILD, shop), replicas: REPLICAS, port: 0, order });
  return fleet;
}

interface Sale {
  status: number | undefined;
  sku: string;
  left: number;
  invoice: number;
}

/** `status` is `undefined` when there was no answer. */
function checkout(port: number, sku: string): Promise<Sale> {
  return new Promise((resolve) => {
    const nothing = { status: undefined, sku, left: Number.NaN, invoice: Number.NaN };
    const sent = request(
      { host: '127.0.0.1', port, agent, method: 'POST', path: `/checkout?sku=${sku}` },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve({ ...JSON.parse(text), status: response.statusCode }));
        response.once('error', () => resolve(nothing));
      },
    );
    sent.once('error', () => resolve(nothing));
    sent.end();
  });
}

/** As many of every article, as many from every replica. */
function buyAtOnce({ ports }: Fleet, sold: (sale: Sale) => void = () => {}): Promise<Sale[]> {
  return Promise.all(
    Array.from({ length: CHECKOUTS }, async (_, i) => {
      const sale = await checkout(ports[i % REPLICAS]!, ARTICLES[Math.floor(i / REPLICAS) % ARTICLES.length]!);
      sold(sale);
      return sale;
    }),
  );
}

/** How many pieces have left the stock, article by article. */
function gone(): Promise<number[]> {
  const store = new StockStore(directory);
  return Promise.all(ARTICLES.map(async (sku) => SETTINGS.stock - (await store.read(sku))));
}

function sold(sales: readonly Sale[]): number[] {
  return ARTICLES.map((article) => sales.filter(({ status, sku }) => status === 200 && sku === article).length);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

test(`with locks that they share, three processes sell ${CHECKOUTS} pieces once each, with invoices in a row`, async () => {
  const shared = await open('shop-nestjs', server.url);
  const sales = await buyAtOnce(shared);
  expect(sales.filter(({ status }) => status !== 200)).toEqual([]);
  expect(await gone()).toEqual(sold(sales));
  const invoices = sales.map(({ invoice }) => invoice).sort((a, b) => a - b);
  expect(invoices).toEqual(Array.from({ length: CHECKOUTS }, (_, i) => i + 1));
  expect(new Set(sales.map(({ sku, left }) => `${sku} ${left}`)).size).toBe(CHECKOUTS);

  await until(
    async () => shared.snapshot().locks.find(({ name }) => name === '/checkout')?.outcomes.acquired,
    (acquired) => acquired === CHECKOUTS,
  );
  // What it was told of last may be a moment old.
  await until(
    async () => shared.rows().flatMap(({ holds }) => holds),
    (holds) => holds.length === 0,
  );
  expect(shared.rows()).toMatchObject([1, 2, 3].map((number) => ({ number, health: 'ready', holds: [], waiting: 0 })));
});

test('with locks of their own, three processes sell more than has left the stock', async () => {
  const sales = await buyAtOnce(await open('shop-express', undefined));
  expect(sales.filter(({ status }) => status !== 200)).toEqual([]);
  const [left, told] = [await gone(), sold(sales)];
  for (const [i, pieces] of left.entries()) expect(pieces).toBeLessThan(told[i]!);
  expect(new Set(sales.map(({ invoice }) => invoice)).size).toBeLessThan(CHECKOUTS);
});

test('one of them is killed: the others sell on, what it held passes on, nothing is sold twice, and it comes back', async () => {
  const shared = await open('shop-express', server.url);
  const [victim] = shared.rows();
  const said: string[] = [];
  shared.news((line) => said.push(line));
  let answered = 0;
  const sales = await buyAtOnce(shared, ({ status }) => {
    if (status === 200 && ++answered === CHECKOUTS / 10) process.kill(victim!.pid!, 'SIGKILL');
  });
  const served = sales.filter(({ status }) => status === 200);
  const unanswered = sales.filter(({ status }) => status === undefined);
  expect(served.length + unanswered.length).toBe(CHECKOUTS);
  expect(unanswered.length).toBeGreaterThan(0);
  expect(served.length).toBeGreaterThanOrEqual((CHECKOUTS * (REPLICAS - 1)) / REPLICAS);

  const [left, told] = [await gone(), sold(sales)];
  for (const [i, pieces] of left.entries()) expect(pieces).toBeGreaterThanOrEqual(told[i]!);
  // Of its requests one was in the critical section, and one may have left it whose answer was not sent yet.
  expect(sum(left) - served.length).toBeLessThanOrEqual(2);
  expect(new Set(served.map(({ sku, left }) => `${sku} ${left}`)).size).toBe(served.length);
  expect(new Set(served.map(({ invoice }) => invoice)).size).toBe(served.length);

  await until(
    async () => shared.rows()[0]!,
    ({ health, pid }) => health === 'ready' && pid !== victim!.pid,
  );
  expect((await checkout(shared.ports[0]!, ARTICLES[0]!)).status).toBe(200);
  expect(said).toContainEqual(
    `Replica 1 (pid ${victim!.pid}) has ended (SIGKILL): the others go on, and what it held passes on in 5 s at most.`,
  );
  expect(said).toContainEqual(`Replica 1 is back (pid ${shared.rows()[0]!.pid}).`);
});
