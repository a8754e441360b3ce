/**
 * One soak: a shop, its customers, and a verdict once the last of them is gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockSnapshot } from 'lockmeter';
import { drain, listen } from '../shared/http-server.js';
import { type Ending, visitAll } from './customers.js';
import { judge, type Verdict } from './judge.js';
import { Ledger } from './ledger.js';
import { makePlan, type Size } from './plan.js';
import type { OpenShop } from './shop.js';
import { SocketListeners } from './socket-listeners.js';

/** How long the server may take to notice who left and to end what it does, in milliseconds. */
const SETTLE = 5_000;

/** What came of it. */
export interface Soak {
  readonly verdicts: Verdict[];
  readonly endings: Record<Ending, number>;
  /** What the lock has counted. */
  readonly lock: LockSnapshot;
  readonly seconds: number;
}

/** Runs one and judges it. */
export async function soak(open: OpenShop, size: Size, timeout?: number): Promise<Soak> {
  const ledger = new Ledger(makePlan(size));
  const { server, manager, lock, close } = await open(ledger, timeout);
  const sockets = new SocketListeners(server);
  ledger.watch(server);
  const port = await listen(server, 0);
  const start = performance.now();
  const visits = await visitAll(port, ledger.visits, size.connections);
  const seconds = (performance.now() - start) / 1e3;
  const numbers = () => manager.snapshot().locks.find(({ name }) => name === lock)!;
  const giveUp = performance.now() + SETTLE;
  while (numbers().held > 0 && performance.now() < giveUp) await sleep(10);
  await drain(server, 0);
  const counted = numbers();
  const verdicts = judge(ledger, visits, counted, sockets);
  await close();
  return { verdicts, endings: tally(visits), lock: counted, seconds };
}

function tally(visits: readonly Ending[]): Record<Ending, number> {
  const endings = { served: 0, refused: 0, left: 0, failed: 0 };
  for (const ending of visits) endings[ending]++;
  return endings;
}
