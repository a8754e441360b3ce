/**
 * lockRoute asks Express's Layer itself whether a path matches. The same path in a Router must say the same, with the same
 * params; patterns are written as the Express at hand writes them.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, Router } from 'express';
import { type LockRouteOptions, lockRoute, type RoutePath } from 'lockmeter/express';
import request from 'supertest';
import { isolatedManager } from '../support/isolated.js';
import { serve } from './serve.js';

/** Express 4 gives a path pattern to a regular expression nearly as it is; in 5 the same pattern is an error. */
const isExpress4 = (() => {
  try {
    Router().all('/:id?', () => undefined);
    return true;
  } catch {
    return false;
  }
})();

const PATTERNS: RoutePath[] = [
  '/checkout',
  '/carts/:id/checkout',
  '/:a/:b',
  '/files/:name.json',
  ['/orders/:id', '/orders'],
  ['/mixed/:id', /^\/re\/(\d+)$/],
  /^\/v(\d+)\/pay$/,
  /^\/named\/(?<sku>\w+)$/,
  ...(isExpress4
    ? ['*', '/api/*', '(.*)', '/opt/:id?', '/num/:id(\\d+)', '/ab?cd', '/files/*.json', ':any(.*)']
    : ['*splat', '/api/*rest', '/{*all}', '/opt{/:id}', '{/:lang}/pay', '/files/*path.json']),
];
const FLAGS: LockRouteOptions[] = [{}, { caseSensitive: true }, { strict: true }];
const URLS = [
  '/',
  '/checkout',
  '/Checkout/',
  '/checkout/x',
  '/carts/7/checkout',
  '/carts/a%2Fb/checkout?x=1',
  '/carts/%E2%82%AC/checkout',
  '/carts/%ZZ/checkout',
  '/files/a.json',
  '/files/a/b.json',
  '/orders',
  '/orders/7',
  '/mixed/7',
  '/re/42',
  '/re/x',
  '/v2/pay',
  '/named/tea',
  '/api',
  '/api/',
  '/api/a/b',
  '/opt',
  '/opt/7',
  '/num/7',
  '/num/x',
  '/abcd',
  '/acd',
  '/en/pay',
  '/pay',
];

/** What a middleware on this path was given as params, for each URL; nothing where it did not run. */
async function seen(mount: (note: (req: Request) => void) => express.RequestHandler): Promise<string[]> {
  const app = express();
  app.use(
    mount((req) => {
      req.res!.locals.params = { ...req.params };
    }),
  );
  app.use((_req, res) => void res.json(res.locals));
  const failed: express.ErrorRequestHandler = (error, _req, res, _next) => void res.status(400).send(String(error));
  app.use(failed);
  const client = await serve(app);
  const answers = await Promise.all(URLS.map((url) => client(url, 'GET').reply));
  return answers.map(({ body }, i) => `${URLS[i]} ${body}`);
}

const CASES = FLAGS.flatMap((flags) => PATTERNS.map((pattern): [RoutePath, LockRouteOptions] => [pattern, flags]));

test.each(CASES)('%p %j', async (pattern, flags) => {
  const { caseSensitive, strict } = flags;
  const routed = seen((note) => {
    const router = Router({ caseSensitive, strict });
    router.all(pattern, (req, _res, next) => {
      note(req as Request);
      next();
    });
    return router;
  });
  const key = (note: (req: Request) => void) => (req: Request) => {
    note(req);
    return req.url;
  };
  const locked = seen((note) =>
    lockRoute(pattern, { ...flags, name: 'any', manager: isolatedManager(), key: key(note) }),
  );
  expect(await locked).toEqual(await routed);
});

test('a param that cannot be decoded goes to next(error) as it does in a route', async () => {
  const app = express();
  app.use(lockRoute('/carts/:id', { manager: isolatedManager() }));
  await request(app).get('/carts/%ZZ').expect(400);
});

test('without an application around it, it matches too', async () => {
  const manager = isolatedManager();
  const router = Router();
  router.use(lockRoute('/carts/:id', { manager }));
  const server = createServer((req, res) => router(req as Request, res as express.Response, () => res.end('end')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const texts = await Promise.all(['/carts/7', '/other'].map(async (path) => (await fetch(url + path)).text()));
  expect(texts).toEqual(['end', 'end']);
  expect(manager.stats.for('/carts/:id').outcomes.acquired).toBe(1);
  server.closeAllConnections();
  server.close();
});

test('who comes after it finds the params as they were before it, and no trace of the route', async () => {
  const app = express();
  const shop = express.Router({ mergeParams: true });
  shop.use(lockRoute('/orders/:id', { manager: isolatedManager() }));
  shop.use((req, res) => void res.json({ params: req.params, url: req.url, base: req.baseUrl, route: !!req.route }));
  app.use('/shops/:shop', shop);
  const { body } = await request(app).get('/shops/x/orders/7').expect(200);
  expect(body).toEqual({ params: { shop: 'x' }, url: '/orders/7', base: '/shops/x', route: false });
});
