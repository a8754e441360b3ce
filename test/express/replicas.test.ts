/**
 * Routes under a lock that is at a driver: to their clients and handlers all is as in one process, over all replicas.
 */
import { type DriverGrant, type LockDriver, type MemoryDriver, memoryDriver } from 'lockmeter';
import { holdOf, lockRoute, type SerializeOptions } from 'lockmeter/express';
import { redisDriver } from 'lockmeter/redis';
import { deferred } from '../support/deferred.js';
import { numbersOf } from '../support/isolated.js';
import { startRedis } from '../support/redis-server.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';
import { type Mount, Replicas } from './replicas.js';

let engine: MemoryDriver;

beforeEach(() => {
  engine = memoryDriver();
});

/** Two replicas whose checkout is locked with these options. */
function twoReplicas(options: SerializeOptions = {}, drivers: LockDriver[] = [engine, engine.replica()]) {
  const mount: Mount = (app, manager, room) => {
    app.use(lockRoute('/checkout', { manager, ...options }));
    app.post('/checkout', room.visit);
  };
  return Replicas.start('/checkout', drivers, mount);
}

describe('two replicas', () => {
  test('never overlap, and let in by arrival whichever was asked', async () => {
    const shop = await twoReplicas();
    const clients = [];
    for (const [who, at] of Object.entries({ a: 0, b: 1, c: 0, d: 1, e: 1, f: 0 })) {
      clients.push(await shop.arrive(who, at));
    }
    await shop.letOut('a', 'b', 'c', 'd', 'e', 'f');
    const replies = await Promise.all(clients.map(({ reply }) => reply));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(shop.room.entered).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(shop.room.peak).toBe(1);
    await until(() => shop.all.every(({ lock }) => !lock.locked()));
  });

  test('a client that leaves while it waits leaves the queue of all', async () => {
    const shop = await twoReplicas();
    await shop.arrive('a', 0);
    const b = await shop.arrive('b', 1);
    const c = await shop.arrive('c', 0);
    expect(await shop.all[0]!.manager.inspect('/checkout')).toMatchObject({ queueDepth: 2 });
    b.leave();
    await until(() => shop.all[1]!.lock.queueDepth === 0);
    expect(await shop.all[0]!.manager.inspect('/checkout')).toMatchObject({ queueDepth: 1 });
    expect(numbersOf(shop.all[1]!.manager, '/checkout').outcomes.aborted).toBe(1);
    await shop.letOut('a', 'c');
    expect((await c.reply).status).toBe(200);
    expect(shop.room.entered).toEqual(['a', 'c']);
  });

  test('a client that leaves between its arrival and the answer of the engine holds nothing', async () => {
    const shop = await twoReplicas();
    const { lock, send } = shop.all[0]!;
    const asked = deferred();
    const { acquire } = engine;
    engine.acquire = (resource, attempt) => {
      let gone = false;
      const granted = (grant: DriverGrant): unknown => asked.promise.then(() => gone || attempt.granted(grant));
      const pending = acquire.call(engine, resource, Object.assign(Object.create(attempt), { granted }));
      const cancel = (): void => {
        gone = true;
        pending.cancel();
      };
      return { cancel };
    };
    const a = send('/checkout?who=a');
    await until(() => lock.queueDepth === 1, 'it has asked');
    a.leave();
    await until(() => lock.queueDepth === 0, 'it has left');
    asked.resolve();
    await turn();
    expect(await shop.all[1]!.manager.inspect('/checkout')).toMatchObject({ locked: false });
    expect(shop.room.entered).toEqual([]);
  });

  test.each([
    ['waited too long', { timeout: 20 }, 503, 'ERR_LOCK_TIMEOUT'],
    ['found it held and does not wait', { mode: 'reject' } as const, 423, 'ERR_LOCK_TIMEOUT'],
    ['found the queue full', { maxQueue: 0 }, 503, 'ERR_LOCK_QUEUE_FULL'],
  ])('who %s because of another replica is told so, and when to come again', async (_what, options, status, code) => {
    const shop = await twoReplicas(options);
    const { manager, send } = shop.all[1]!;
    manager.stats.for('/checkout').hold.observe(3_600);
    await shop.arrive('a', 0);
    const { body, ...reply } = await send('/checkout?who=b').reply;
    expect(reply.status).toBe(status);
    expect(reply.headers['retry-after']).toBe('4');
    expect(JSON.parse(body).code).toBe(code);
    await shop.letOut('a');
  });

  test('the queue that maxQueue limits is that of all', async () => {
    const shop = await twoReplicas({ maxQueue: 1 });
    await shop.arrive('a', 0);
    const b = await shop.arrive('b', 1);
    const refused = await shop.all[0]!.send('/checkout?who=c').reply;
    expect(JSON.parse(refused.body).code).toBe('ERR_LOCK_QUEUE_FULL');
    await shop.letOut('a', 'b');
    expect((await b.reply).status).toBe(200);
  });

  test('on a real Redis: never overlap, by arrival, and tokens that grow', async () => {
    const server = await startRedis();
    const drivers = [0, 1].map(() => redisDriver({ url: `redis://127.0.0.1:${server.port}` }));
    try {
      const tokens: bigint[] = [];
      const shop = await Replicas.start('/checkout', drivers, (app, manager, room) => {
        app.use(lockRoute('/checkout', { manager }));
        app.post('/checkout', (req, res) => {
          tokens.push(holdOf(req).fencingToken!);
          return room.visit(req, res);
        });
      });
      const names = Array.from({ length: 8 }, (_, i) => `v${i}`);
      const replies = [];
      for (const [i, who] of names.entries()) {
        const { manager, send } = shop.all[i % 2]!;
        replies.push(send(`/checkout?who=${who}`).reply);
        await until(async () => {
          const { locked, queueDepth } = await manager.inspect('/checkout');
          return locked && queueDepth === i;
        }, `${who} has arrived at the engine`);
      }
      await shop.letOut(...names);
      expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(names.map(() => 200));
      expect(shop.room.entered).toEqual(names);
      expect(shop.room.peak).toBe(1);
      expect(tokens).toEqual([...tokens].sort((one, other) => (one < other ? -1 : 1)));
      expect(new Set(tokens).size).toBe(names.length);
      await Promise.all(shop.all.map(({ manager }) => manager.close()));
    } finally {
      await Promise.all(drivers.map((driver) => driver.close()));
      await server.stop();
    }
  }, 120_000);
});
