/**
 * `holdOf`: how a handler behind a lock gets at its hold.
 */
import express, { type Express, type Request, type Response } from 'express';
import { type Hold, memoryDriver } from 'lockmeter';
import { holdOf, lockHandler, lockRoute, serialize } from 'lockmeter/express';
import request from 'supertest';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';

let app: Express;

beforeEach(() => {
  app = express();
});

/** Answers with what this finds of the request's hold. */
const show =
  (find: (req: Request) => unknown) =>
  (req: Request, res: Response): void => {
    try {
      res.json(find(req));
    } catch (error) {
      res.json({ error: (error as Error).message });
    }
  };

const shown = ({ lock, key, label, signal, fencingToken }: Hold) => ({
  lock,
  key,
  label,
  lost: signal.aborted,
  token: typeof fencingToken,
});

async function answer(path: string): Promise<unknown> {
  return (await request(app).post(path)).body;
}

test.each([
  ['a driver', memoryDriver(), 'bigint'],
  ['this process', undefined, 'undefined'],
])('by each of the three ways in, with locks at %s', async (_where, driver, token) => {
  const manager = isolatedManager({ driver });
  const work = show((req) => shown(holdOf(req)));
  app.use(lockRoute('/route/:id', { manager }));
  app.post('/route/:id', work);
  app.post('/middleware', serialize('pay', { manager, key: () => 7 }), work);
  app.post('/handler', lockHandler('pay', work, { manager }));
  const route = { lock: '/route/:id', key: '3', label: 'POST /route/:id' };
  expect(await answer('/route/3')).toEqual({ ...route, lost: false, token });
  expect(await answer('/middleware')).toEqual({ lock: 'pay', key: '7', label: 'POST pay', lost: false, token });
  expect(await answer('/handler')).toEqual({ lock: 'pay', label: 'POST pay', lost: false, token });
});

test('of several locks it is the last, or the last of a name', async () => {
  const manager = isolatedManager();
  app.use(serialize('account', { manager, key: () => 'from' }));
  app.use(serialize('account', { manager, key: () => 'to' }));
  app.use(serialize('ledger', { manager }));
  app.post(
    '/',
    show((req) => [holdOf(req), holdOf(req, 'account'), holdOf(req, 'ledger')].map(({ lock, key }) => [lock, key])),
  );
  expect(await answer('/')).toEqual([
    ['ledger', null],
    ['account', 'to'],
    ['ledger', null],
  ]);
});

test('tokens grow from request to request, whichever replica lets it in', async () => {
  const driver = memoryDriver();
  const managers = [isolatedManager({ driver }), isolatedManager({ driver: driver.replica() })];
  for (const [i, manager] of managers.entries()) {
    app.post(
      `/${i}`,
      serialize('pay', { manager }),
      show((req) => String(holdOf(req).fencingToken)),
    );
  }
  const tokens: unknown[] = [];
  for (const path of ['/0', '/1', '/0']) tokens.push(await answer(path));
  expect(tokens.map(Number)).toEqual([...tokens].map(Number).sort((one, other) => one - other));
  expect(new Set(tokens).size).toBe(3);
});

test('it is there for work after the end, when the lock is another’s', async () => {
  const manager = isolatedManager({ driver: memoryDriver() });
  const tokens: unknown[] = [];
  app.post('/', serialize('pay', { manager }), async (req, res) => {
    const { fencingToken } = holdOf(req);
    res.end();
    await until(() => !manager.lock('pay').locked());
    await manager.lock('pay').hold();
    tokens.push(holdOf(req).fencingToken === fencingToken);
  });
  await request(app).post('/').expect(200);
  await until(() => tokens.length === 1);
  expect(tokens).toEqual([true]);
});

test('without such a lock it throws, and says where to look', async () => {
  const manager = isolatedManager();
  app.use('/skipped', serialize('pay', { manager, skip: () => true }));
  app.use('/other', serialize('order', { manager }));
  app.post(
    '/skipped',
    show((req) => shown(holdOf(req))),
  );
  app.post(
    '/other',
    show((req) => shown(holdOf(req, 'pay'))),
  );
  const above = 'no lockRoute, serialize or lockHandler above let it in, or it was skipped';
  expect(await answer('/skipped')).toEqual({ error: `the request took no lock: ${above}` });
  expect(await answer('/other')).toEqual({ error: `the request took no lock "pay": ${above}` });
});
