import express, { type Express } from 'express';
import { LockManager, StatsRegistry } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import request from 'supertest';
import { until } from '../support/until.js';
import { Room } from './room.js';
import { serve } from './serve.js';

let app: Express;
let manager: LockManager;
let room: Room;

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  room = new Room();
});

test('two requests never overlap, and they come in by arrival', async () => {
  app.use(lockRoute('/checkout', { manager }));
  app.post('/checkout', room.visit);
  const client = await serve(app);
  const lock = manager.lock('/checkout');

  const first = client('/checkout?who=a');
  await until(() => room.has('a'));
  const second = client('/checkout?who=b');
  await until(() => lock.queueDepth === 1);
  const third = client('/checkout?who=c');
  await until(() => lock.queueDepth === 2);
  expect(room.entered).toEqual(['a']);

  for (const who of ['a', 'b', 'c']) {
    await until(() => room.has(who));
    room.letOut(who);
  }
  const replies = await Promise.all([first.reply, second.reply, third.reply]);

  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(room.entered).toEqual(['a', 'b', 'c']);
  expect(room.peak).toBe(1);
  expect(lock.locked()).toBe(false);
});

test('the holder is labelled with its method and the pattern', async () => {
  app.use(lockRoute('/orders/:id', { manager, name: 'orders' }));
  app.post('/orders/:id', room.visit);
  const client = await serve(app);
  const { reply } = client('/orders/7?who=a');
  await until(() => room.has('a'));
  expect(manager.lock('orders', '7').locked()).toBe(true);
  expect(JSON.stringify(manager.snapshot())).toContain('POST /orders/:id');
  room.letOut('a');
  await reply;
});

test('each value of the params has a lock of its own', async () => {
  app.use(lockRoute('/orders/:id', { manager }));
  app.post('/orders/:id', room.visit);
  const client = await serve(app);
  client('/orders/7?who=seven');
  client('/orders/8?who=eight');
  await until(() => room.has('seven', 'eight'));
  client('/orders/7?who=again');
  await until(() => manager.lock('/orders/:id', '7').queueDepth === 1);
  expect(room.peak).toBe(2);
  expect(room.has('again')).toBe(false);
});

test('params that could be read as one another are not', async () => {
  app.use(lockRoute('/:a/x/:b', { manager, name: 'two' }));
  app.use(lockRoute('/one/:only', { manager, name: 'two' }));
  app.post('/:a/x/:b', room.visit);
  app.post('/one/:only', room.visit);
  const client = await serve(app);
  client('/a%2Fb/x/c?who=1');
  client('/a/x/b%2Fc?who=2');
  client(`/one/${encodeURIComponent('["a","b/c"]')}?who=3`);
  client('/one/a?who=4');
  await until(() => room.has('1', '2', '3', '4'));
  expect(room.peak).toBe(4);
});

describe('matches exactly as a route does', () => {
  const free = (method: 'get' | 'post', path: string) => request(app)[method](path).expect(200);
  const taken = () =>
    manager
      .snapshot()
      .locks.filter(({ outcomes }) => outcomes.acquired > 0)
      .map(({ name }) => name);

  beforeEach(() => {
    app.use(lockRoute('/checkout', { manager }));
    const api = express.Router();
    api.use(lockRoute('/pay', { manager }));
    api.all('/pay', (req, res) => void res.send(`${req.baseUrl} ${req.url} ${req.originalUrl}`));
    app.use('/api', api);
    app.use((_req, res) => void res.send('ok'));
  });

  test('not what is below it, nor a longer word', async () => {
    await free('get', '/checkout/other');
    await free('get', '/checkouts');
    await free('get', '/pay');
    expect(taken()).toEqual([]);
  });

  test.each(['/checkout', '/checkout/', '/CheckOut', '/checkout?x=1'])('%s', async (path) => {
    await free('get', path);
    expect(taken()).toEqual(['/checkout']);
  });

  test('mounted, and the urls are left as they were', async () => {
    const { text } = await free('post', '/api/pay?x=1');
    expect(text).toBe('/api /pay?x=1 /api/pay?x=1');
    expect(taken()).toEqual(['/pay']);
  });
});

test('caseSensitive, strict and mergeParams are the router’s', async () => {
  app.use(lockRoute('/exact', { manager, caseSensitive: true, strict: true }));
  const shop = express.Router({ mergeParams: true });
  shop.use(lockRoute('/orders/:id', { manager, mergeParams: true }));
  shop.all('/orders/:id', room.visit);
  app.use('/shops/:shop', shop);
  app.use((_req, res) => void res.send('ok'));
  await request(app).get('/exact/').expect(200);
  await request(app).get('/Exact').expect(200);
  expect(manager.stats.for('/exact').outcomes.acquired).toBe(0);
  await request(app).get('/exact').expect(200);
  expect(manager.stats.for('/exact').outcomes.acquired).toBe(1);

  const client = await serve(app);
  client('/shops/x/orders/1?who=x');
  client('/shops/y/orders/1?who=y');
  await until(() => room.has('x', 'y'));
  expect(room.peak).toBe(2);
});

test('a RegExp or an array has the name it is given', async () => {
  app.use(lockRoute(/^\/v\d+\/pay$/, { manager, name: 'pay' }));
  app.use(lockRoute(['/a', '/b'], { manager, name: 'ab' }));
  app.use((_req, res) => void res.send('ok'));
  for (const path of ['/v1/pay', '/v2/pay', '/a', '/b', '/c']) await request(app).get(path).expect(200);
  expect(manager.stats.for('pay').outcomes.acquired).toBe(2);
  expect(manager.stats.for('ab').outcomes.acquired).toBe(2);
});

test('several on one path are taken in the order of their mounting, and released together', async () => {
  app.use(
    lockRoute('/pay', { manager, name: 'account' }),
    lockRoute('/pay', { manager, name: 'till', key: () => 'main' }),
  );
  app.post('/pay', room.visit);
  const [account, till] = [manager.lock('account'), manager.lock('till', 'main')];
  const cashier = await till.hold();
  const client = await serve(app);
  const a = client('/pay?who=a');
  await until(() => till.queueDepth === 1);
  const b = client('/pay?who=b');
  await until(() => account.queueDepth === 1);
  expect(account.locked()).toBe(true);

  await cashier.release();
  await until(() => room.has('a'));
  expect([account.locked(), till.locked(), till.queueDepth]).toEqual([true, true, 0]);
  room.letOut('a');
  await until(() => room.has('b'));
  room.letOut('b');
  expect((await Promise.all([a.reply, b.reply])).map(({ status }) => status)).toEqual([200, 200]);
  await until(() => !account.locked() && !till.locked());
  expect(room.peak).toBe(1);
});

test('it asks the Layer of this Express, and needs the Router only where params are merged', () => {
  expect(lockRoute('/x', { manager }).name).toBe('lockRoute');
  expect(lockRoute('/x', { manager, mergeParams: true }).name).toBe('router');
});

describe('methods', () => {
  const acquired = () => manager.stats.for('/x').outcomes.acquired;
  const serveX = (methods?: string[]) => {
    app.use(lockRoute('/x', { manager, methods }));
    app.all('/x', (_req, res) => void res.send('ok'));
  };

  test('all but OPTIONS are locked', async () => {
    serveX();
    await request(app).options('/x').expect(200);
    expect(acquired()).toBe(0);
    await request(app).get('/x').expect(200);
    await request(app).head('/x').expect(200);
    await request(app).delete('/x').expect(200);
    expect(acquired()).toBe(3);
  });

  test('can be narrowed, in any case', async () => {
    serveX(['post']);
    await request(app).get('/x').expect(200);
    expect(acquired()).toBe(0);
    await request(app).post('/x').expect(200);
    expect(acquired()).toBe(1);
  });

  test('HEAD runs the handlers of GET, so it is locked with it', async () => {
    serveX(['GET']);
    await request(app).head('/x').expect(200);
    expect(acquired()).toBe(1);
  });
});

test('OPTIONS passes while the lock is held', async () => {
  app.use(lockRoute('/x', { manager }));
  app.options('/x', (_req, res) => void res.sendStatus(204));
  app.post('/x', room.visit);
  const client = await serve(app);
  client('/x?who=a');
  await until(() => room.has('a'));
  expect((await client('/x', 'OPTIONS').reply).status).toBe(204);
});
