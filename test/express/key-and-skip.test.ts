import express, { type Express, type Response } from 'express';
import { LockManager, StatsRegistry } from 'lockmeter';
import { lockRoute, type SerializeOptions, serialize } from 'lockmeter/express';
import request from 'supertest';
import { until } from '../support/until.js';
import { Room } from './room.js';
import { serve } from './serve.js';

let app: Express;
let manager: LockManager;
let room: Room;
let ran: number;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  room = new Room();
  ran = 0;
});

async function failure(options: SerializeOptions): Promise<string> {
  app.post('/pay', serialize('pay', { manager, ...options }), (_req, res) => {
    ran++;
    res.send('ran');
  });
  app.use((error: unknown, _req: unknown, res: Response, _next: unknown) => void res.status(500).send(String(error)));
  const { status, text } = await request(app).post('/pay');
  expect(status).toBe(500);
  return text;
}

test('the key is read from the request, with the types of the route', async () => {
  const ids: string[] = [];
  const byId = serialize<{ id: string }>('order', { manager, key: (req) => req.params.id });
  app.post('/orders/:id', byId, async (req, res) => {
    const id: string = req.params.id;
    ids.push(id);
    await room.visit(req, res);
  });
  const client = await serve(app);
  client('/orders/7?who=seven');
  client('/orders/8?who=eight');
  await until(() => room.has('seven', 'eight'));
  expect(ids.sort()).toEqual(['7', '8']);
  expect(manager.lock('order', 7).locked()).toBe(true);
  expect(manager.lock('order', 8).locked()).toBe(true);
});

test('it may be a promise, and takes the place of the params', async () => {
  app.use(lockRoute<{ id: string }>('/orders/:id', { manager, key: async (req) => `all-${req.params.id.length}` }));
  app.post('/orders/:id', room.visit);
  const client = await serve(app);
  client('/orders/7?who=seven');
  await until(() => room.has('seven'));
  client('/orders/8?who=eight');
  await until(() => manager.lock('/orders/:id', 'all-1').queueDepth === 1);
  expect(room.has('eight')).toBe(false);
});

test.each<[string, SerializeOptions['key'], string]>([
  ['the body', (req) => req.body.sku, 'tea'],
  ['the user that a middleware found', (req) => (req as unknown as { user: { id: number } }).user.id, '42'],
  ['the tenant in a header', (req) => req.get('x-tenant') ?? 'none', 'acme'],
])('it may come from %s', async (_where, key, expected) => {
  app.use(express.json(), (req, _res, next) => {
    Object.assign(req, { user: { id: 42 } });
    next();
  });
  app.use(lockRoute('/carts/:id/pay', { manager, key }));
  app.post('/carts/:id/pay', (_req, res) => {
    res.send(String(manager.lock('/carts/:id/pay', expected).locked()));
  });
  await request(app).post('/carts/7/pay').set('x-tenant', 'acme').send({ sku: 'tea' }).expect(200, 'true');
  expect(manager.snapshot().locks.map(({ name }) => name)).toEqual(['/carts/:id/pay']);
});

test('a promise of another library is waited for', async () => {
  const then = (resolve: (key: string) => void) => resolve('late');
  const key = () => Object.defineProperty({}, 'then', { value: then }) as Promise<string>;
  app.post('/pay', serialize('pay', { manager, key }), (_req, res) => {
    res.send(String(manager.lock('pay', 'late').locked()));
  });
  await request(app).post('/pay').expect(200, 'true');
});

const nothing = undefined as unknown as string;

test.each<[string, SerializeOptions['key'], string]>([
  ['is undefined', () => nothing, 'TypeError: key must be a string or a finite number, got undefined'],
  ['is null', async () => null as unknown as string, 'TypeError: key must be a string or a finite number, got null'],
  ['is NaN', () => Number.NaN, 'TypeError: key must be a string or a finite number, got NaN'],
  [
    'throws',
    () => {
      throw new Error('no body');
    },
    'Error: no body',
  ],
  ['rejects', () => Promise.reject(new Error('no user')), 'Error: no user'],
  ['rejects with nothing', () => Promise.reject(undefined), 'Error: Rejected promise'],
])('a key that %s goes to next(error) and takes no lock', async (_what, key, message) => {
  expect(await failure({ key })).toBe(message);
  expect(ran).toBe(0);
  expect(manager.stats.for('pay').outcomes.acquired).toBe(0);
});

test('skip lets a request pass unlocked', async () => {
  const skip = async (req: express.Request) => req.get('x-admin') === 'yes';
  app.post('/pay', serialize('pay', { manager, skip, mode: 'reject' }), (_req, res) => void res.send('in'));
  await manager.lock('pay').hold();
  await request(app).post('/pay').set('x-admin', 'yes').expect(200, 'in');
  await request(app).post('/pay').expect(423);
});

test('a skip that throws goes to next(error)', async () => {
  const skip = () => {
    throw new Error('skip broke');
  };
  expect(await failure({ skip })).toBe('Error: skip broke');
  expect(ran).toBe(0);
});
