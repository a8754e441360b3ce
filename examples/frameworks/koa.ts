/** Koa: a middleware, and all that comes after it runs under the lock. */
import Koa, { type Context, type Next } from 'koa';
import { withLock } from 'lockmeter';
import { clientLeaves } from './client-leaves.js';
import { refusal } from './refusal.js';

const CHECKOUT = /^\/carts\/([^/]+)\/checkout$/;

/** A shop whose checkout is one at a time per cart. `timeout` is how long a customer waits at most, in milliseconds. */
export function koaShop(pay: (cart: string) => Promise<string>, timeout = 5_000): Koa {
  const app = new Koa();

  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const answer = refusal(error);
      if (answer === undefined) throw error;
      ctx.status = answer.status;
      ctx.set(answer.headers);
      ctx.body = answer.body;
    }
  });

  const oneAtATime = withLock('koa-checkout', (_ctx: Context, _cart: string, next: Next) => next(), {
    key: (_ctx, cart) => cart,
    signal: (ctx) => clientLeaves(ctx.res),
    label: 'POST /carts/:cart/checkout',
    timeout,
  });
  app.use((ctx, next) => {
    const cart = CHECKOUT.exec(ctx.path)?.[1];
    return cart === undefined ? next() : oneAtATime(ctx, cart, next);
  });

  app.use(async (ctx) => {
    const cart = CHECKOUT.exec(ctx.path)?.[1];
    if (cart !== undefined) ctx.body = { receipt: await pay(cart) };
  });
  return app;
}
