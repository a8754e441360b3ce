/**
 * The scenario from start to end: the shop and its `/metrics` on a socket, an SDK that samples every request, and the script
 * that makes its locks healthy, crowded, idle and stuck.
 *
 * Invariant: `endLoad()` leaves nobody under way but the stuck holder, so from then on every figure stands still that does
 * not measure it.
 */
import { drain, listen } from '../shared/http-server.js';
import type { RecentTraces } from '../shared/recent-traces.js';
import { startTracing } from '../shared/tracing.js';
import { Client } from '../shared/traffic/client.js';
import { Ledger } from './ledger.js';
import { EXTRAS, script } from './script.js';
import { makeShop } from './shop.js';
import { Timetable } from './timetable.js';

/** A scenario that runs. */
export interface Scenario {
  /** Where `/metrics` is, on this machine. */
  readonly port: number;
  /** When the first round began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What really happened. */
  readonly ledger: Ledger;
  /** The traces, when they are kept in this process. */
  readonly traces: RecentTraces | undefined;
  /** Lets nobody come any more, and resolves when everybody but the stuck holder has gone. */
  endLoad(): Promise<void>;
  /** Ends it altogether. */
  stop(): Promise<void>;
}

/** What may be told of it. */
export interface ScenarioOptions {
  /** When the import gets stuck, in milliseconds after the start. 0: at once. */
  readonly stuckAfter?: number;
}

/** The most requests that are under way at once. */
const SOCKETS = 64;
/** How long the last scrape may take once it is over, in milliseconds. */
const GRACE = 1_000;

/**
 * Starts it on `port`; 0 lets the system choose.
 *
 * @throws UsageError when the port is taken.
 * @example
 * const scenario = await startScenario(0, { stuckAfter: 60_000 });
 * await scenario.stop();
 */
export async function startScenario(port: number, { stuckAfter = 0 }: ScenarioOptions = {}): Promise<Scenario> {
  const tracing = startTracing('lockmeter-scenario', process.env);
  const ledger = new Ledger();
  const server = makeShop(ledger);
  const listening = await listen(server, port);
  const client = new Client(listening, SOCKETS);
  const stage = { ledger, send: client.send, stuckAfter };
  const extras = EXTRAS.map((extra) => extra(stage));
  const timetable = new Timetable([...script(stage), ...extras.flatMap(({ rounds }) => rounds)]);
  const startedAt = Date.now();
  timetable.start();
  return {
    port: listening,
    startedAt,
    ledger,
    traces: tracing.recent,
    endLoad: () => timetable.end(),
    async stop() {
      await timetable.end();
      await Promise.all(extras.map((extra) => extra.stop()));
      client.close();
      await drain(server, GRACE);
      await tracing.stop();
    },
  };
}
