/** A shop on Express whose checkout is locked by `lockRoute`. */
import { createServer } from 'node:http';
import express from 'express';
import { LockManager, StatsRegistry } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import type { Ledger } from './ledger.js';
import { GRACE, TIMEOUT } from './plan.js';
import type { SoakShop } from './shop.js';

const CHECKOUT = '/carts/:cart/checkout';

/** Makes it ready to listen; a request waits `timeout` milliseconds at most. */
export async function expressShop(ledger: Ledger, timeout = TIMEOUT): Promise<SoakShop> {
  const manager = new LockManager({ stats: new StatsRegistry() });
  const app = express();
  app.use(lockRoute(CHECKOUT, { manager, timeout, disconnectGrace: GRACE }));
  app.post(CHECKOUT, async (req, res) => {
    if (await ledger.work(Number(req.query.visit))) res.json({ cart: req.params.cart });
  });
  return { server: createServer(app), manager, lock: CHECKOUT, close: async () => {} };
}
