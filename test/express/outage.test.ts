/**
 * A wait that ends while the engine of the lock is away, as its client is told of that: an outage, and nobody's fault.
 */
import express from 'express';
import { type LockDriver, type LockError, LockTimeoutError } from 'lockmeter';
import { type SerializeOptions, serialize } from 'lockmeter/express';
import { redisDriver } from 'lockmeter/redis';
import { AWAY, awayFor, heldElsewhere, silentDriver, TELLING } from '../support/engine-away.js';
import { isolatedManager } from '../support/isolated.js';
import { startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { type Reply, serve } from './serve.js';

const BUSY = 'The resource is busy. Try again later.';

/** A shop whose payments are locked at this driver. */
async function shop(driver: LockDriver, options: SerializeOptions = {}) {
  const manager = isolatedManager({ driver });
  const app = express();
  app.post('/pay', serialize('pay', { manager, timeout: 30, ...options }), (_req, res) => void res.send('in'));
  const send = await serve(app);
  return { manager, lock: manager.lock('pay'), pay: () => send('/pay').reply };
}

function expectOutage({ status, headers, body }: Reply, seconds: string): void {
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe(seconds);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  const [title, code] = ['Service Unavailable', 'ERR_LOCK_TIMEOUT'];
  expect(JSON.parse(body)).toEqual({ type: 'about:blank', title, status: 503, detail: AWAY, code });
  expect(body).not.toMatch(TELLING);
}

test.each<[what: string, options: SerializeOptions]>([
  ['', {}],
  [', whatever statusCode says', { statusCode: 429 }],
])('is 503, and Retry-After is as long as the outage so far%s', async (_what, options) => {
  const { driver } = await heldElsewhere('pay');
  const { manager, pay } = await shop(driver, options);
  // A line that would take a minute, if there was one.
  manager.stats.for('pay').hold.observe(90_000);
  driver.health = () => awayFor(6_500);
  expectOutage(await pay(), '7');
});

test('many who wait are no reason to say that they are too many', async () => {
  const { pay } = await shop(silentDriver(awayFor(100)));
  for (const reply of await Promise.all([pay(), pay(), pay()])) expectOutage(reply, '1');
});

test('is the same when nothing was noticed yet but that there is no answer', async () => {
  const { pay } = await shop(silentDriver({ state: 'ready', since: Date.now() - 3_600_000 }));
  expectOutage(await pay(), '1');
});

test('is the same while the engine was never reached', async () => {
  const { pay } = await shop(silentDriver({ state: 'connecting', since: Date.now() - 2_500 }));
  expectOutage(await pay(), '3');
});

test('when the engine is back before the wait ends, the resource is busy again', async () => {
  const { driver } = await heldElsewhere('pay');
  const ready = driver.health();
  driver.health = () => awayFor(1_000);
  const { lock, pay } = await shop(driver, { timeout: 2_000 });
  const reply = pay();
  await until(() => lock.queueDepth === 1);
  driver.health = () => ready;
  const { status, body } = await reply;
  expect(status).toBe(503);
  expect(JSON.parse(body)).toMatchObject({ detail: BUSY, code: 'ERR_LOCK_TIMEOUT' });
});

test('an engine that says that the lock is held has answered, also if something else is wrong with it', async () => {
  const { driver } = await heldElsewhere('pay');
  driver.health = () => awayFor(1_000);
  const { status, body } = await (await shop(driver, { mode: 'reject' })).pay();
  expect(status).toBe(423);
  expect(JSON.parse(body)).toMatchObject({ detail: BUSY });
});

test('`handler` is told why', async () => {
  const seen: LockError[] = [];
  const { pay } = await shop(silentDriver(awayFor(0)), {
    handler(error, _req, res) {
      seen.push(error);
      res.sendStatus(202);
    },
  });
  expect((await pay()).status).toBe(202);
  expect(seen[0]).toBeInstanceOf(LockTimeoutError);
  expect(seen[0]!.engineError!.message).toContain('ECONNREFUSED');
});

test('who waits in a closed shop is told that it is closed', async () => {
  const { manager, pay } = await shop(silentDriver(awayFor(1_000)), { timeout: 60_000 });
  const reply = pay();
  await until(() => manager.lock('pay').queueDepth === 1);
  void manager.close({ reject: true });
  expect(JSON.parse((await reply).body)).toMatchObject({ detail: expect.stringContaining('shutting down') });
});

test.each(['kill', 'pause'] as const)('with a real Redis, after %s()', async (end) => {
  const server = await startRedis();
  const driver = redisDriver({ url: server.url, lease: 3_000 });
  try {
    // Long enough for the engine to answer, however busy the machine is.
    const { manager, pay } = await shop(driver, { timeout: 1_000 });
    const hold = await isolatedManager({ driver }).lock('pay').hold({ label: 'secret' });
    expect(JSON.parse((await pay()).body)).toMatchObject({ detail: BUSY });
    await server[end]();
    await until(() => manager.health().state === 'degraded');
    const reply = await pay();
    expectOutage(reply, reply.headers['retry-after']!);
    expect(reply.headers['retry-after']).toMatch(/^[1-9]\d?$/);
    await hold.release();
  } finally {
    await server.stop();
    await driver.close();
  }
});
