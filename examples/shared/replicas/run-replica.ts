/**
 * The life of one replica: a whole shop on a port of its own, which reports to the process that started it.
 *
 * Invariant: it outlives nobody. It ends when it is told to or when its parent is gone, within `LONGEST_END`, and then removes
 * what the parent could not.
 */
import { rm } from 'node:fs/promises';
import { drain, listen } from '../http-server.js';
import { UsageError } from '../options.js';
import type { OpenShop, Shop } from '../run-shop.js';
import { saySlowWaits } from '../slow-waits.js';
import type { SpanRecord } from '../span-record.js';
import type { Tracing } from '../tracing.js';
import type { ReplicaOrder } from './messages.js';
import { parentIsThere, tellParent, whenToEnd } from './parent.js';
import { sharedLocks } from './shared-locks.js';

/** All times in milliseconds. */
const REPORT_EVERY = 250;
/** How long requests may take to finish. */
const GRACE = 12_000;
const LONGEST_END = 15_000;

/** Runs a replica until it is to end, and resolves to the exit code. */
export async function runReplica(order: ReplicaOrder, open: OpenShop, tracing: Tracing): Promise<number> {
  const ending = whenToEnd();
  try {
    const shop = await openReplica(order, open);
    const port = await listen(shop.server, order.port);
    const stopReports = report(order.number, shop, tracing);
    await tellParent({ type: 'open', port });
    await ending;
    setTimeout(() => process.exit(1), LONGEST_END).unref();
    await drain(shop.server, GRACE);
    await shop.close();
    await shop.manager.close();
    await stopReports();
    return 0;
  } catch (error) {
    await tellParent({ type: 'failed', message: (error as Error).message });
    if (!(error instanceof UsageError)) throw error;
    return 1;
  } finally {
    await tracing.stop();
    // All replicas do that, whoever comes first: twice does no harm.
    if (!parentIsThere()) await rm(order.settings.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function openReplica({ redis, settings }: ReplicaOrder, open: OpenShop): Promise<Shop> {
  return open({
    ...settings,
    locks: redis === undefined ? undefined : await sharedLocks(redis, settings.directory),
  });
}

/** Returns what reports for the last time. */
function report(number: number, { manager }: Shop, { recent }: Tracing): () => Promise<void> {
  const finished: SpanRecord[] = [];
  if (recent !== undefined) recent.forward = (span) => finished.push(span);
  const send = (): Promise<void> => {
    const state = { snapshot: manager.snapshot(), engine: manager.health().state };
    return tellParent({ type: 'report', state, spans: finished.splice(0) });
  };
  const timer = setInterval(send, REPORT_EVERY);
  const unwatch = saySlowWaits(manager, (line) => void tellParent({ type: 'news', line }), ` in replica ${number}`);
  void send();
  return () => {
    clearInterval(timer);
    unwatch();
    return send();
  };
}
