/** The BullMQ recipe, with the real BullMQ on a real Redis. */
import { type Job, Queue, type Worker } from 'bullmq';
import { locks } from 'lockmeter';
import { type Invoice, invoiceWorker } from '../../examples/frameworks/bullmq.js';
import { numbersOf } from '../support/isolated.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { Paying } from './paying.js';

let redis: RedisServer;
let queue: Queue<Invoice>;
let worker: Worker<Invoice>;
let sending: Paying;
const ended: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
}, 180_000);
afterAll(() => redis?.stop());

/** A worker that is ready, with a queue that is empty. */
async function start(timeout?: number): Promise<void> {
  ended.length = 0;
  sending = new Paying();
  const connection = { host: '127.0.0.1', port: redis.port };
  queue = new Queue<Invoice>('invoices', { connection });
  worker = invoiceWorker(connection, async ({ customer }) => void (await sending.pay(customer)), timeout);
  worker.on('completed', ({ data }) => ended.push(data.number));
  worker.on('failed', (job, error) => ended.push(`${job?.data.number} failed: ${error.message}`));
  await worker.waitUntilReady();
}

afterEach(async () => {
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  expect(numbersOf(locks, 'invoices')).toMatchObject({ held: 0, queueDepth: 0, holders: [] });
});

const add = (customer: string, number: string): Promise<Job<Invoice>> => queue.add('send', { customer, number });
const waiting = (customer: string) => locks.lock('invoices', customer).queueDepth;

test('jobs of one customer never overlap and keep their order; another customer does not wait', async () => {
  await start();
  for (const number of ['1', '2', '3']) {
    await add('ann', number);
    await until(() => sending.count('ann') === 1 && waiting('ann') === Number(number) - 1);
  }
  await add('bob', '4');
  await until(() => sending.count('bob') === 1);
  sending.accept('bob');
  await until(() => ended.length === 1);
  for (const turnsTaken of [1, 2, 3]) {
    await until(() => sending.count('ann') === turnsTaken);
    expect(waiting('ann')).toBe(3 - turnsTaken);
    sending.accept('ann');
  }
  await until(() => ended.length === 4);
  expect(ended).toEqual(['4', '1', '2', '3']);
  expect(sending.most).toBe(1);
});

test('a job that waits too long comes again, without a failed attempt', async () => {
  await start(20);
  await add('ann', '1');
  await until(() => sending.count('ann') === 1);
  const second = await add('ann', '2');
  await until(async () => (await queue.getDelayedCount()) > 0, 'it is put off');
  sending.accept('ann');
  await until(() => sending.count('ann') === 2, 'it comes again');
  sending.accept('ann');
  await until(() => ended.length === 2);
  expect(ended).toEqual(['1', '2']);
  const job = await queue.getJob(second.id!);
  expect(job).toMatchObject({ attemptsStarted: 2, attemptsMade: 1 });
  expect(job!.failedReason).toBeUndefined();
  expect(numbersOf(locks, 'invoices').outcomes.timeout).toBe(1);
});

test('a job that is cancelled while it waits leaves the queue, and never runs', async () => {
  await start();
  await add('ann', '1');
  await until(() => sending.count('ann') === 1);
  const second = await add('ann', '2');
  await until(() => waiting('ann') === 1);
  worker.cancelJob(second.id!, 'not wanted any more');
  await until(() => waiting('ann') === 0);
  await until(() => ended.length === 1);
  sending.accept('ann');
  await until(() => ended.length === 2);
  expect(sending.asked).toEqual(['ann']);
  expect(ended[0]).toContain('2 failed');
});

test('a job that fails fails, and the next one has its turn', async () => {
  await start();
  await add('ann', '1');
  await until(() => sending.count('ann') === 1);
  await add('ann', '2');
  await until(() => waiting('ann') === 1);
  sending.refuse('ann');
  await until(() => sending.count('ann') === 2);
  sending.accept('ann');
  await until(() => ended.length === 2);
  expect(ended).toEqual(['1 failed: declined', '2']);
});
