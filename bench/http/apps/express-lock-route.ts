/** lockRoute as it comes: keyed by the params of the route. */
import type { Express } from 'express';
import { lockRoute } from 'lockmeter/express';
import { CHECKOUT, shop } from './shop.js';

export function open(): Express {
  return shop(lockRoute(CHECKOUT));
}
