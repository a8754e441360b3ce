/** Hono: a middleware on the path, and the handlers after it run under the lock. */
import { type Context, Hono, type Next } from 'hono';
import { withLock } from 'lockmeter';
import { refusal } from './refusal.js';

/** A shop whose checkout is one at a time per cart. `timeout` is how long a customer waits at most, in milliseconds. */
export function honoShop(pay: (cart: string) => Promise<string>, timeout = 5_000): Hono {
  const app = new Hono();

  app.use(
    '/carts/:cart/checkout',
    withLock('hono-checkout', (_c: Context, next: Next) => next(), {
      key: (c) => c.req.param('cart') ?? '',
      signal: (c) => c.req.raw.signal, // @hono/node-server aborts it when the client leaves
      label: 'POST /carts/:cart/checkout',
      timeout,
    }),
  );
  app.post('/carts/:cart/checkout', async (c) => c.json({ receipt: await pay(c.req.param('cart')) }));

  app.onError((error, c) => {
    const answer = refusal(error);
    if (answer === undefined) throw error;
    return c.json(answer.body, answer.status, answer.headers);
  });
  return app;
}
