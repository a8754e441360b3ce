/** What a soak needs of a shop, whatever it is built with. */
import type { Server } from 'node:http';
import type { LockManager } from 'lockmeter';
import { expressShop } from './express-shop.js';
import type { Ledger } from './ledger.js';
import { nestShop } from './nest-shop.js';

/** A shop that does not listen yet. */
export interface SoakShop {
  readonly server: Server;
  readonly manager: LockManager;
  /** The name of its lock. */
  readonly lock: string;
  /** What there is to close beside the server. */
  close(): Promise<void>;
}

/** Opens a shop with a ledger to write into; a request waits `timeout` milliseconds at most. */
export type OpenShop = (ledger: Ledger, timeout?: number) => Promise<SoakShop>;

/** The shops there are. */
export const SHOPS = { express: expressShop, nest: nestShop } satisfies Record<string, OpenShop>;
