/** lockRoute without the search for deadlocks, and so without an async context of its own. */
import type { Express } from 'express';
import { LockManager } from 'lockmeter';
import { lockRoute } from 'lockmeter/express';
import { CHECKOUT, shop } from './shop.js';

export function open(): Express {
  return shop(lockRoute(CHECKOUT, { manager: new LockManager({ deadlocks: 'off' }) }));
}
