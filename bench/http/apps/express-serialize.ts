/** The same lock without a second match of the path: `serialize` beside the handler. */
import express, { type Express } from 'express';
import { serialize } from 'lockmeter/express';
import { CHECKOUT } from './shop.js';

export function open(): Express {
  const app = express();
  app.post(CHECKOUT, serialize<{ id: string }>('cart', { key: (req) => req.params.id }), (req, res) => {
    res.json({ cart: req.params.id });
  });
  return app;
}
