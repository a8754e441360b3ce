/**
 * What is seen of the Redis driver in traces by an instrumentation of its client that makes a span for every command under a
 * span: what a caller waits for, and nothing of what the driver does on its own account.
 */
import { jest } from '@jest/globals';
import { api } from '@opentelemetry/sdk-node';
import { type Command, Redis } from 'ioredis';
import { LockManager, type LockManagerOptions, StatsRegistry } from 'lockmeter';
import { redisDriver } from 'lockmeter/redis';
import { deferred } from '../../support/deferred.js';
import { type Heard, hear, hearTracing, listen } from '../../support/hear.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { tracingForEachTest } from '../../support/spans.js';
import { turn } from '../../support/ticks.js';
import { until } from '../../support/until.js';

const otel = tracingForEachTest();
let server: RedisServer;
let client: Redis;
const sent: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.port, '127.0.0.1');
  const send = Redis.prototype.sendCommand;
  jest.spyOn(Redis.prototype, 'sendCommand').mockImplementation(function traced(this: Redis, ...args) {
    const command = args[0] as Command;
    sent.push(command.name);
    if (api.trace.getActiveSpan()) api.trace.getTracer('client').startSpan(`redis ${command.name}`).end();
    return send.apply(this, args);
  });
});

afterAll(async () => {
  jest.restoreAllMocks();
  client.disconnect();
  await server.stop();
});

/** A manager of its own connections, with the shortest lease there is. */
function manager(options: LockManagerOptions = {}): LockManager {
  return new LockManager({ driver: redisDriver({ client, lease: 1_000 }), stats: new StatsRegistry(), ...options });
}

/** The same, when its connections are there. */
async function connected(options?: LockManagerOptions): Promise<LockManager> {
  const made = manager(options);
  await made.run('connected', () => 1);
  return made;
}

/** Resolves when this many renewals were made of attempts that are made from now on. */
async function renewals(count: number): Promise<void> {
  const done = deferred();
  const stop = listen('lockmeter:lease.renewed', () => {
    if (--count === 0) done.resolve();
  });
  await done.promise;
  stop();
}

const commands = (): string[] =>
  otel
    .spans()
    .map(({ name }) => name)
    .filter((name) => name.startsWith('redis '));

test('a hold that was renewed shows the request that took the lock, and the one that gave it back', async () => {
  const locks = await connected();
  sent.length = 0;
  const renewed = renewals(2);
  await otel.request('request', () => locks.run('stock', () => renewed));
  expect(sent.length).toBeGreaterThanOrEqual(4);
  const request = otel.named('request')[0]!.spanContext().traceId;
  expect(commands()).toHaveLength(2);
  expect(otel.spans().every((span) => span.spanContext().traceId === request)).toBe(true);
  expect(otel.named('lock.hold stock')[0]!.attributes['lock.lease.renewals']).toBeGreaterThanOrEqual(2);
  await locks.close();
});

test('a wait shows the request that joined the queue, however long it stands there', async () => {
  const [holder, waiter] = [await connected(), await connected()];
  const grants: Heard[] = hear('request.grant');
  const renewed = renewals(3);
  const holding = holder.run('queued', () => renewed);
  await turn();
  sent.length = 0;
  const waiting = otel.request('waiter', () => waiter.run('queued', () => 1));
  await Promise.all([holding, waiting]);
  expect(grants.at(-1)![1]).toMatchObject({ name: 'queued', contended: true });
  expect(commands()).toHaveLength(2);
  const [wait] = otel.named('lock.wait queued');
  expect(wait!.attributes).toMatchObject({
    'lock.holder.process': expect.stringMatching(new RegExp(`:${process.pid}$`)),
  });
  await Promise.all([holder.close(), waiter.close()]);
});

test('a wait links to the hold in the way through the engine, if that shares its span', async () => {
  const [holder, waiter] = [await connected({ storeTraceparent: true }), await connected()];
  const open = deferred();
  const holding = otel.request('holder', () => holder.run('linked', () => open.promise));
  await until(async () => (await waiter.inspect('linked')).holder?.traceparent !== undefined);
  const waits = hearTracing('wait');
  const waiting = otel.request('waiter', () => waiter.run('linked', () => 1));
  await until(() => waits.length > 0);
  open.resolve();
  await Promise.all([holding, waiting]);
  const request = otel.named('holder')[0]!.spanContext().traceId;
  const hold = otel.named('lock.hold linked').find((span) => span.spanContext().traceId === request)!;
  const { traceId, spanId } = hold.spanContext();
  expect(otel.named('lock.wait linked')[0]!.links.map((link) => link.context)).toEqual([
    { traceId, spanId, traceFlags: 1, isRemote: true },
  ]);
  // Sharing is the driver's own errand too.
  expect(commands().filter((name) => name.startsWith('redis EVAL'))).toHaveLength(4);
  await Promise.all([holder.close(), waiter.close()]);
});

test('connecting, listening and closing belong to nobody', async () => {
  sent.length = 0;
  const locks = await otel.request('first', async () => {
    const made = manager();
    await made.run('stock', () => 1);
    return made;
  });
  await otel.request('last', () => locks.close());
  expect(sent).toEqual(expect.arrayContaining(['subscribe', 'INFO']));
  // The acquire was sent when the connection was there, with what the driver had to say then.
  expect(commands()).toEqual([expect.stringMatching(/^redis EVAL/)]);
});
