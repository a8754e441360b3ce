import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import express, { type Express, type Response } from 'express';
import { type Lock, LockManager, StatsRegistry } from 'lockmeter';
import { serialize } from 'lockmeter/express';
import request from 'supertest';
import { until } from '../support/until.js';
import { serve } from './serve.js';

let app: Express;
let manager: LockManager;
let lock: Lock;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('pay');
});

const serialized = () => serialize('pay', { manager });

test('the lock is free before the bytes have left: a slow reader does not hold it', async () => {
  const held: boolean[] = [];
  app.get('/', serialized(), (_req, res) => {
    res.once('finish', () => held.push(lock.locked()));
    res.end('ok');
    held.push(lock.locked());
    // All that was to run at once has run; the loop has not looked at a socket yet.
    process.nextTick(() => queueMicrotask(() => held.push(lock.locked())));
  });
  const client = await serve(app);
  await client('/', 'GET').reply;
  expect(held[0]).toBe(true);
  expect(held.at(-1)).toBe(false);
});

test('nothing is put on a response that has the connection, and no listener is left', async () => {
  let response: Response | undefined;
  let during: unknown;
  const traces = () => {
    const own = ['end', 'destroy'].filter((method) => Object.hasOwn(response!, method));
    return [...own, response!.listenerCount('prefinish'), response!.listenerCount('close')];
  };
  let before: unknown;
  app.use((_req, res, next) => {
    response = res;
    before = traces();
    next();
  });
  app.get('/', serialized(), (_req, res) => {
    during = traces();
    res.send('ok');
  });
  await request(app).get('/').expect(200, 'ok');
  const [prefinish, close] = before as number[];
  expect(during).toEqual([prefinish! + 1, close! + 1]);
  expect(traces()).toEqual(before);
});

test('an end() that was there before is put back, one that came after stays', async () => {
  const calls: string[] = [];
  const tracked = (name: string) => (_req: unknown, res: Response, next: () => void) => {
    const { end } = res;
    res.end = function (this: Response, ...args: unknown[]) {
      calls.push(name);
      return Reflect.apply(end, this, args);
    } as Response['end'];
    next();
  };
  let response: Response | undefined;
  let before: unknown;
  const remember = (_req: unknown, res: Response, next: () => void) => {
    before = res.end;
    next();
  };
  app.get('/before', tracked('before'), remember, serialized(), (_req, res) => {
    response = res;
    res.send('ok');
  });
  app.get('/after', serialized(), tracked('after'), remember, (_req, res) => {
    response = res;
    res.send('ok');
  });
  await request(app).get('/before').expect(200, 'ok');
  expect(response!.end).toBe(before);
  await request(app).get('/after').expect(200, 'ok');
  expect(response!.end).toBe(before);
  expect(calls).toEqual(['before', 'after']);
  expect(lock.locked()).toBe(false);
});

test('an end() that throws did not end the response, so the hold goes on to the error handler', async () => {
  const held: boolean[] = [];
  app.get('/', serialized(), (_req, res) => void res.end(7 as unknown as string));
  app.use(async (_error: unknown, _req: unknown, res: Response, _next: unknown) => {
    await new Promise((resolve) => setImmediate(resolve));
    held.push(lock.locked());
    res.status(500).send('handled');
  });
  await request(app).get('/').expect(500, 'handled');
  expect(held).toEqual([true]);
  expect(lock.locked()).toBe(false);
});

test.each<[string, express.RequestHandler]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  [
    'rejects',
    // Express 4 does not look at promises: there, a handler passes its rejection on itself.
    (_req, _res, next) => Promise.reject(new Error('broken')).catch(next),
  ],
  ['calls next(error)', (_req, _res, next) => next(new Error('broken'))],
])('a handler that %s frees the lock with the error’s answer', async (_how, broken) => {
  app.get('/', serialized(), broken);
  app.use((error: Error, _req: unknown, res: Response, _next: unknown) => void res.status(500).send(error.message));
  await request(app).get('/').expect(500, 'broken');
  await request(app).get('/').expect(500, 'broken');
  expect(lock.locked()).toBe(false);
  expect(manager.stats.for('pay').hold.count).toBe(2);
});

test('a request that no handler answers frees the lock with the 404', async () => {
  app.use(serialized());
  await request(app).get('/nowhere').expect(404);
  await request(app).get('/nowhere').expect(404);
  expect(lock.locked()).toBe(false);
});

test('an end() that somebody kept from before and calls past the lock is seen when the response closes', async () => {
  const keepEnd: express.RequestHandler = (_req, res, next) => {
    res.locals.end = res.end.bind(res);
    next();
  };
  app.get('/', keepEnd, serialize('pay', { manager, disconnectGrace: Infinity }), (_req, res) => {
    res.locals.end('past');
  });
  await request(app).get('/').expect(200, 'past');
  await until(() => !lock.locked());
  expect(manager.stats.for('pay').forcedReleases.abandoned).toBe(0);
});

test('its one listener on the response is there for the hold, and gone with end()', async () => {
  const counts: number[] = [];
  const count: express.RequestHandler = (_req, res, next) => {
    counts.push(res.listenerCount('close'));
    next();
  };
  app.get('/', count, serialized(), count, (_req, res) => {
    res.send('ok');
    counts.push(res.listenerCount('close'));
  });
  await request(app).get('/').expect(200, 'ok');
  const [before] = counts;
  expect(counts).toEqual([before, before! + 1, before]);
});

test('a connection that is used again collects no listeners', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();
  const outside: { socket: number; request: number }[] = [];
  const inside: typeof outside = [];
  const count = (emitter: NodeJS.EventEmitter) =>
    emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
  app.use((req, _res, next) => {
    sockets.add(req.socket);
    outside.push({ socket: count(req.socket), request: count(req) });
    next();
  });
  app.get('/', serialized(), (req, res) => {
    inside.push({ socket: count(req.socket), request: count(req) });
    res.send('ok');
  });
  const client = await serve(app);
  for (let i = 0; i < 20; i++) await client('/', 'GET', agent).reply;
  agent.destroy();

  expect(sockets.size).toBe(1);
  for (const seen of [outside, inside]) {
    expect(seen).toHaveLength(20);
    expect(new Set(seen.map((counts) => JSON.stringify(counts))).size).toBe(1);
  }
});
