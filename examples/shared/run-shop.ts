/**
 * The life of a shop, whichever framework serves it, in one process or in several: options, stock, ports, welcome, view,
 * customers; and when it is told to stop, the same in reverse.
 *
 * Invariant: it stops in the order in which work flows, so nobody waits for something that is gone: no new customers,
 * answers for those who are in, the last hold, the last spans, the files.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LockManager } from 'lockmeter';
import { shopOptions, UsageError } from './options.js';
import { paletteFor } from './paint.js';
import { openHere, type Premises } from './premises.js';
import { ORDER, type ReplicaOrder } from './replicas/messages.js';
import type { ShopSettings } from './settings.js';
import type { Tracing } from './tracing.js';
import { Traffic } from './traffic/traffic.js';
import { lineView, tableView, type View, type Watched } from './views.js';
import { welcome } from './welcome.js';

/** A shop that is ready to listen. */
export interface Shop {
  server: Server;
  /** Whose locks it has. */
  manager: LockManager;
  /** Frees what the framework has. The server was closed before; the manager is closed after. */
  close(): Promise<void>;
}

export type OpenShop = (settings: ShopSettings) => Promise<Shop>;

/**
 * Runs a shop until SIGINT or SIGTERM, and resolves to the exit code. In a process that was started as a replica it runs that.
 *
 * @example
 * process.exit(await runShop('The shop', openShop, tracing));
 */
export async function runShop(title: string, open: OpenShop, tracing: Tracing): Promise<number> {
  const order = process.env[ORDER];
  if (order !== undefined) {
    const { runReplica } = await import('./replicas/run-replica.js');
    return runReplica(JSON.parse(order) as ReplicaOrder, open, tracing);
  }
  const stopped = stopSignal();
  let early: NodeJS.Signals | undefined;
  void stopped.then((signal) => {
    early = signal;
  });
  const directory = await mkdtemp(join(tmpdir(), 'lockmeter-shop-'));
  try {
    const options = shopOptions(process.argv.slice(2), process.env);
    const premises = await openPremises({ open, options, directory, tracing });
    const palette = paletteFor(process.stdout, process.env);
    const { ports, engine, watched } = premises;
    const { endpoint } = tracing;
    print(
      welcome({ title, ports, engine, endpoint, traffic: options.traffic, replicas: watched.replicas?.() }, palette),
    );
    const traffic = options.traffic ? new Traffic(premises.nextPort) : undefined;
    traffic?.start();
    const view = watch({ ...watched, traffic: traffic && (() => traffic.summary()) }, palette);
    const signal = await stopped;
    await close(premises, traffic, view);
    print([`${signal}: closed, with every lock released.`]);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (early !== undefined) {
      // A terminal tells the replicas too, and one that is told so soon ends without a word.
      print([`${early}: closed before it was open.`]);
      return 0;
    }
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await tracing.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function openPremises(opening: Parameters<typeof openHere>[0]): Promise<Premises> {
  if (opening.options.redis === undefined) return openHere(opening);
  const { openReplicas } = await import('./replicas/open-replicas.js');
  return openReplicas(opening);
}

function watch(watched: Watched, palette: ReturnType<typeof paletteFor>): View {
  return process.stdout.isTTY
    ? tableView(process.stdout, watched, palette)
    : lineView((line) => print([line]), watched);
}

async function close(premises: Premises, traffic: Traffic | undefined, view: View): Promise<void> {
  await traffic?.stop();
  await premises.close();
  view.stop();
}

/** The first one asks, the second one does not ask again. Nobody reading what it prints any more (`| head`) asks too. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve('SIGPIPE'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve(signal);
      });
    }
  });
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
