import express, { type Express, type RequestHandler, type Response } from 'express';
import { type Lock, LockManager, StatsRegistry } from 'lockmeter';
import { lockHandler } from 'lockmeter/express';
import request from 'supertest';
import { until } from '../support/until.js';
import { Room } from './room.js';
import { serve } from './serve.js';

let app: Express;
let manager: LockManager;
let lock: Lock;
let room: Room;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('pay');
  room = new Room();
});

test('requests never overlap', async () => {
  app.post('/pay', lockHandler('pay', room.visit, { manager }));
  const client = await serve(app);
  const a = client('/pay?who=a');
  await until(() => room.has('a'));
  const b = client('/pay?who=b');
  await until(() => lock.queueDepth === 1);
  room.letOut('a');
  await until(() => room.has('b'));
  room.letOut('b');
  expect((await a.reply).status).toBe(200);
  expect((await b.reply).status).toBe(200);
  expect(room.peak).toBe(1);
});

test('work after the response is covered', async () => {
  let finishAudit: (() => void) | undefined;
  const handler: RequestHandler = async (_req, res) => {
    res.send('paid');
    await new Promise<void>((resolve) => {
      finishAudit = resolve;
    });
  };
  app.post('/pay', lockHandler('pay', handler, { manager }));
  await request(app).post('/pay').expect(200, 'paid');
  expect(lock.locked()).toBe(true);
  finishAudit!();
  await until(() => !lock.locked());
});

test('a waiter whose client leaves leaves the queue; a holder keeps the lock for its promise', async () => {
  app.post('/pay', lockHandler('pay', room.visit, { manager }));
  const client = await serve(app);
  const a = client('/pay?who=a');
  await until(() => room.has('a'));
  const b = client('/pay?who=b');
  await until(() => lock.queueDepth === 1);
  b.leave();
  await until(() => lock.queueDepth === 0);
  expect(manager.stats.for('pay').outcomes.aborted).toBe(1);

  a.leave();
  await until(() => room.responses.get('a')!.closed);
  expect(lock.locked()).toBe(true);
  room.letOut('a');
  await until(() => !lock.locked());
  expect(room.entered).toEqual(['a']);
});

test.each<[string, RequestHandler]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('broken');
    },
  ],
  ['calls next(error)', (_req, _res, next) => next(new Error('broken'))],
])('what the handler %s goes to next, with the lock free', async (_how, broken) => {
  app.post('/pay', lockHandler('pay', broken, { manager }));
  app.use((error: Error, _req: unknown, res: Response, _next: unknown) => void res.status(500).send(error.message));
  await request(app).post('/pay').expect(500, 'broken');
  expect(lock.locked()).toBe(false);
});

test('a refusal is answered as the middleware answers it', async () => {
  app.post('/pay', lockHandler('pay', room.visit, { manager, mode: 'reject' }));
  await lock.hold();
  const { status, body } = await request(app).post('/pay');
  expect(status).toBe(423);
  expect(body.code).toBe('ERR_LOCK_TIMEOUT');
});

test('a refusal of another lock, inside the handler, goes to next', async () => {
  const other = manager.lock('other');
  await other.hold();
  app.post(
    '/pay',
    lockHandler('pay', () => other.run(() => undefined, { timeout: 0 }), { manager }),
  );
  app.use((error: unknown, _req: unknown, res: Response, _next: unknown) => void res.status(500).send(String(error)));
  const { text } = await request(app).post('/pay').expect(500);
  expect(text).toContain('Lock "other" is not free');
  expect(lock.locked()).toBe(false);
});

test('the key has the types of the route', async () => {
  app.post('/orders/:id', lockHandler<{ id: string }>('order', room.visit, { manager, key: (req) => req.params.id }));
  const client = await serve(app);
  client('/orders/7?who=a');
  await until(() => room.has('a'));
  expect(manager.lock('order', '7').locked()).toBe(true);
});

test('a handler that returns no promise holds until the response is over', async () => {
  const gates: (() => void)[] = [];
  let inside = 0;
  let most = 0;
  const handler: RequestHandler = (_req, res) => {
    most = Math.max(most, ++inside);
    gates.push(() => {
      inside--;
      res.json({});
    });
  };
  app.post('/pay', lockHandler('pay', handler, { manager }));
  const client = await serve(app);
  const replies = [client('/pay'), client('/pay')];
  await until(() => gates.length === 1 && lock.queueDepth === 1);
  gates[0]!();
  await until(() => gates.length === 2);
  gates[1]!();
  expect((await Promise.all(replies.map(({ reply }) => reply))).map(({ status }) => status)).toEqual([200, 200]);
  expect(most).toBe(1);
  await until(() => !lock.locked());
});

test('nor does it wait for a handler that answered at once', async () => {
  const handler: RequestHandler = (_req, res) => {
    res.json({});
  };
  app.post('/pay', lockHandler('pay', handler, { manager }));
  await request(app).post('/pay').expect(200);
  expect(lock.locked()).toBe(false);
});
