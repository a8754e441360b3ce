/**
 * The life of a shop's process, whichever framework serves it: options, store, port, welcome, view, customers; and when
 * it is told to stop, the same in reverse.
 *
 * Invariant: it stops in the order in which work flows, so nobody waits for something that is gone: no new customers,
 * answers for those who are in, the last hold, the last spans, the files.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locks } from 'lockmeter';
import { drain, listen } from './http-server.js';
import { shopOptions, UsageError } from './options.js';
import { paletteFor } from './paint.js';
import { SHOP, type ShopSettings } from './settings.js';
import type { Tracing } from './tracing.js';
import { Traffic } from './traffic/traffic.js';
import { lineView, tableView, type View, type Watched } from './views.js';
import { welcome } from './welcome.js';

/** A shop that is ready to listen. */
export interface Shop {
  server: Server;
  /** Frees what the framework has. The server was closed before. */
  close(): Promise<void>;
}

/** How long requests may take to finish once the shop closes, in milliseconds. */
const GRACE = 12_000;

/**
 * Runs a shop until SIGINT or SIGTERM, and resolves to the exit code.
 *
 * @example
 * process.exit(await runShop('The shop', openShop, tracing));
 */
export async function runShop(
  title: string,
  open: (settings: ShopSettings) => Promise<Shop>,
  tracing: Tracing,
): Promise<number> {
  const stopped = stopSignal();
  const directory = await mkdtemp(join(tmpdir(), 'lockmeter-shop-'));
  try {
    const options = shopOptions(process.argv.slice(2), process.env);
    const shop = await open({ ...SHOP, directory });
    const port = await listen(shop.server, options.port);
    const palette = paletteFor(process.stdout, process.env);
    print(welcome({ ...options, title, port, endpoint: tracing.endpoint }, palette));
    const traffic = options.traffic ? new Traffic(port) : undefined;
    traffic?.start();
    const view = watch({ traces: tracing.recent, traffic: traffic && (() => traffic.summary()) }, palette);
    const signal = await stopped;
    await close(shop, traffic, view);
    print([`${signal}: closed, with every lock released.`]);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await tracing.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function watch(watched: Watched, palette: ReturnType<typeof paletteFor>): View {
  return process.stdout.isTTY
    ? tableView(process.stdout, watched, palette)
    : lineView((line) => print([line]), watched);
}

async function close(shop: Shop, traffic: Traffic | undefined, view: View): Promise<void> {
  await traffic?.stop();
  await drain(shop.server, GRACE);
  await shop.close();
  await locks.close();
  view.stop();
}

/** The first one asks, the second one does not ask again. Nobody reading what it prints any more (`| head`) asks too. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve('SIGPIPE'));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
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
