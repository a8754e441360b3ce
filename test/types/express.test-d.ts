/** What `lockmeter/express` takes, and how the params of a route get to `key`. */
import express, { type Request } from 'express';
import { type LockError, locks } from 'lockmeter';
import { lockHandler, lockRoute, type RequestMiddleware, serialize } from 'lockmeter/express';
import { type Exact, expectType } from './exact.js';

const app = express();

// what comes out is what an application uses
const router = lockRoute('/checkout');
expectType<Exact<typeof router, RequestMiddleware>>();
const middleware = serialize('order');
expectType<Exact<typeof middleware, RequestMiddleware>>();
app.use(router);
app.post('/orders/:id', middleware, (_req, res) => void res.end());
express.Router().use(middleware);

// params
serialize('order', {
  key: (req) => {
    expectType<Exact<typeof req.params, Record<string, string>>>();
    return req.params.id ?? '';
  },
});
serialize<{ id: string }>('order', {
  key: (req) => {
    expectType<Exact<typeof req, Request<{ id: string }>>>();
    return req.params.id;
  },
});
lockRoute<{ id: string }>('/orders/:id', {
  key: async (req) => Number(req.params.id),
  skip: (req) => req.params.id === '0',
});
// @ts-expect-error the route has no such param
serialize<{ id: string }>('order', { key: (req) => req.params.sku });
// @ts-expect-error a key is a string or a number
serialize<{ id: string }>('order', { key: (req) => req.params });

// paths
lockRoute(/^\/orders\/(\d+)$/, { name: 'order' });
lockRoute(['/a', /^\/b$/], { name: 'either' });
// @ts-expect-error a path is not a number
lockRoute(7);

// options
serialize('order', {
  mode: 'reject',
  statusCode: 409,
  methods: ['POST'],
  onDisconnect: 'release',
  disconnectGrace: 5_000,
  manager: locks,
});
serialize('order', {
  handler: (error, _req, res) => {
    expectType<Exact<typeof error, LockError>>();
    res.sendStatus(503);
  },
});
// @ts-expect-error 'wait' or 'reject'
serialize('order', { mode: 'try' });
// @ts-expect-error 'hold' or 'release'
serialize('order', { onDisconnect: 'keep' });
// @ts-expect-error a middleware has a name already
serialize('order', { name: 'order' });
// @ts-expect-error a handler's lock ends with its promise, whoever leaves
lockHandler('order', async () => {}, { onDisconnect: 'release' });

// a handler is typed as any other
const handler = lockHandler<{ id: string }>('order', async (req, res) => {
  expectType<Exact<typeof req.params.id, string>>();
  res.json({ id: req.params.id });
});
expectType<Exact<typeof handler, RequestMiddleware>>();
