/** The application that all of Express's contestants share: one keyed route, and whatever stands in front of it. */
import express, { type Express, type RequestHandler } from 'express';

/** Makes it, with `middleware` mounted before the route. */
export function shop(...middleware: RequestHandler[]): Express {
  const app = express();
  for (const each of middleware) app.use(each);
  app.post(CHECKOUT, (req, res) => {
    res.json({ cart: req.params.id });
  });
  return app;
}

/** The path of the route. */
export const CHECKOUT = '/carts/:id/checkout';
