/**
 * Where a shop is: in this process. In several, see `replicas/open-replicas.ts`.
 */
import { drain, listen } from './http-server.js';
import type { ShopOptions } from './options.js';
import type { OpenShop } from './run-shop.js';
import { SHOP } from './settings.js';
import type { Tracing } from './tracing.js';
import { type Watched, watchedLocks } from './views.js';

/** A shop that takes customers. */
export interface Premises {
  /** One, or one for each replica. */
  ports: readonly number[];
  /** The port for the next customer. */
  nextPort(): number;
  /** Where the locks are; `undefined` for this process. */
  engine?: string;
  watched: Omit<Watched, 'traffic'>;
  /** Serves those who are in, and releases every lock. */
  close(): Promise<void>;
}

/** What it takes to open one. */
export interface Opening {
  open: OpenShop;
  options: ShopOptions;
  /** Where it keeps its files. */
  directory: string;
  tracing: Tracing;
}

/** How long requests may take to finish once the shop closes, in milliseconds. */
const GRACE = 12_000;

/**
 * Opens the shop in this process, with the process's locks.
 *
 * @throws UsageError when it may not listen there.
 */
export async function openHere({ open, options, directory, tracing }: Opening): Promise<Premises> {
  const shop = await open({ ...SHOP, directory });
  const port = await listen(shop.server, options.port);
  const { manager } = shop;
  return {
    ports: [port],
    nextPort: () => port,
    watched: { ...watchedLocks(manager), traces: tracing.recent },
    async close() {
      await drain(shop.server, GRACE);
      await shop.close();
      await manager.close();
    },
  };
}
