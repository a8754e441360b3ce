/**
 * The page about HTTP against the code: its examples compile, its tables of options are complete, its refusals are those that
 * are sent.
 */
import { jest } from '@jest/globals';
import express, { type Response } from 'express';
import type { LockManager } from 'lockmeter';
import { lockRoute, type SerializeOptions, serialize } from 'lockmeter/express';
import request from 'supertest';
import { LOCK_ROUTE_OPTIONS } from '../../integrations/express/lock-route.js';
import { REQUEST_LOCK_OPTIONS } from '../../integrations/express/request-lock-options.js';
import { SERIALIZE_OPTIONS } from '../../integrations/express/serialize.js';
import { DocsPage } from '../support/docs-page.js';
import { isolatedManager } from '../support/isolated.js';
import { unreachableDriver } from '../support/unreachable-driver.js';
import { until } from '../support/until.js';
import { serve } from './serve.js';

const page = new DocsPage('docs/http.md');

test('its examples compile', () => {
  expect(page.code('ts').length).toBeGreaterThan(3);
  expect(page.compilerErrors()).toBe('');
});

test('the tables have every option of each function, in the order of the code, and no other', () => {
  const named = page.tables('Options').map((rows) => rows.map(([option]) => option!.replaceAll('`', '')));
  const [common, serialized, routed] = named;
  expect(named).toHaveLength(3);
  expect(common).toEqual(REQUEST_LOCK_OPTIONS);
  expect([...common!, ...serialized!]).toEqual(SERIALIZE_OPTIONS);
  expect([...common!, ...serialized!, ...routed!]).toEqual(LOCK_ROUTE_OPTIONS);
});

/** What a request is answered that finds the lock held. */
async function refusal(options: SerializeOptions, manager: LockManager = isolatedManager()): Promise<request.Response> {
  const app = express();
  await manager.lock('pay').hold();
  app.use(serialize('pay', { manager, ...options }));
  app.use((_req, res: Response) => void res.send('in'));
  return request(app).post('/');
}

test('the body it shows is the body that is sent', async () => {
  const { body, headers } = await refusal({ timeout: 5 });
  expect(JSON.parse(page.code('json')[0]!)).toEqual(body);
  expect(page.section('Refusals')).toContain(String(headers['content-type']).split(';')[0]);
});

test('the statuses are those that are sent', async () => {
  const closed = isolatedManager();
  await closed.close();
  const refused = await Promise.all([
    refusal({ timeout: 5 }),
    refusal({ mode: 'reject' }),
    refusal({ statusCode: 429, maxQueue: 0 }),
    ...[closed, isolatedManager({ driver: unreachableDriver() })].map((manager) =>
      request(express().use(serialize('pay', { manager, statusCode: 429 }))).post('/'),
    ),
  ]);
  const told = page.tables('Refusals')[0]!.map(([, status]) => Number(status!.slice(0, 3)));
  expect(refused.map(({ status }) => status)).toEqual(told);
});

test('the times it names are those of the code', async () => {
  const timers = jest.spyOn(globalThis, 'setTimeout');
  const app = express();
  const manager = isolatedManager();
  app.use(serialize('pay', { manager }), () => undefined);
  const client = await serve(app);
  const inside = client('/');
  await until(() => manager.lock('pay').locked());
  client('/').reply.catch(() => undefined);
  await until(() => manager.lock('pay').queueDepth === 1);
  inside.leave();
  const [waits, grace] = [page.tables('Options')[0]![2]![2]!, page.tables('Options')[1]![1]![2]!];
  const milliseconds = (cell: string) => Number(/\d+ 000$/.exec(cell)![0].replace(' ', ''));
  const made = () => timers.mock.calls.map(([, delay]) => delay).filter((delay) => delay! >= 10_000);
  await until(() => made().length === 2, 'a timer for the wait and one for the grace period');
  expect(made()).toEqual([milliseconds(waits), milliseconds(grace)]);
  timers.mockRestore();
});

test('the lock of a route is had elsewhere as it says', async () => {
  const manager = isolatedManager();
  const app = express();
  app.use(lockRoute('/carts/:id/checkout', { manager }));
  app.get('/carts/:id/checkout', (_req, res) => {
    res.send(String(manager.lock('/carts/:id/checkout', '7').locked()));
  });
  await request(app).get('/carts/7/checkout').expect(200, 'true');
  expect(page.section('Paths and keys')).toContain("locks.lock('/carts/:id/checkout', '7')");
});
