/**
 * The two ways to watch a shop: a table that is redrawn, for a terminal, and lines that follow each other, for a log.
 */
import { type LockManager, locks, type Snapshot } from 'lockmeter';
import { seconds } from './format.js';
import { lockRows } from './lock-rows.js';
import { lockLines, lockTable } from './lock-table.js';
import { type Palette, PLAIN } from './paint.js';
import type { RecentTraces } from './recent-traces.js';
import { Screen, type Terminal } from './screen.js';
import { saySlowWaits } from './slow-waits.js';
import { waitedIn } from './span-record.js';
import { traceTree } from './trace-tree.js';

/** What is watched. */
export interface Watched {
  /** Where the traces are, when they are in this process. */
  traces: RecentTraces | undefined;
  /** One line on the customers, when the shop makes them. */
  traffic: (() => string) | undefined;
  /** Default: the process's. */
  manager?: LockManager;
}

/** All times in milliseconds. */
const INTERVAL = 5_000;
const FRAME = 500;
const TREE_EVERY = 30_000;
/** How long a slow wait stays on the screen. */
const SAID_FOR = 10_000;

/** Something that shows the locks until it is stopped. */
export interface View {
  /** Shows the last state, and the slowest recent trace. */
  stop(): void;
}

/** A table of the last five seconds, drawn twice a second. */
export function tableView(terminal: Terminal, watched: Watched, palette: Palette): View {
  const screen = new Screen(terminal);
  const manager = watched.manager ?? locks;
  const snapshots: Snapshot[] = [];
  let slow = { line: '', until: 0 };
  const unwatch = saySlowWaits(manager, (line) => {
    slow = { line, until: Date.now() + SAID_FOR };
  });
  const draw = (): void => {
    snapshots.push(manager.snapshot());
    if (snapshots.length > INTERVAL / FRAME + 1) snapshots.shift();
    const rows = lockRows(snapshots[0]!, snapshots.at(-1)!);
    const traffic = watched.traffic?.();
    screen.draw([
      ...lockTable(rows, palette),
      ...(traffic === undefined ? [] : ['', palette.dim(traffic)]),
      ...(Date.now() < slow.until ? ['', palette.strong(slow.line)] : []),
      '',
      ...slowestTrace(watched.traces, palette),
    ]);
  };
  const timer = setInterval(draw, FRAME);
  draw();
  return {
    stop() {
      clearInterval(timer);
      unwatch();
      draw();
      screen.end();
    },
  };
}

/** Every five seconds a line per lock, every thirty the slowest trace, and at once who has been stuck for a second. */
export function lineView(print: (line: string) => void, watched: Watched): View {
  const manager = watched.manager ?? locks;
  let before = manager.snapshot();
  let untilTree = TREE_EVERY;
  const unwatch = saySlowWaits(manager, print);
  const lines = (): void => {
    const after = manager.snapshot();
    for (const line of lockLines(lockRows(before, after), new Date(after.at).toTimeString().slice(0, 8))) print(line);
    before = after;
  };
  const tree = (): void => {
    for (const line of slowestTrace(watched.traces, PLAIN)) print(line);
  };
  const timer = setInterval(() => {
    lines();
    untilTree -= INTERVAL;
    if (untilTree > 0) return;
    untilTree = TREE_EVERY;
    const traffic = watched.traffic?.();
    if (traffic !== undefined) print(traffic);
    tree();
  }, INTERVAL);
  return {
    stop() {
      clearInterval(timer);
      unwatch();
      lines();
      tree();
    },
  };
}

function slowestTrace(traces: RecentTraces | undefined, palette: Palette): string[] {
  const trace = traces?.slowest(Date.now());
  if (traces === undefined || trace === undefined) return [];
  const waited = waitedIn(trace);
  const title = `Slowest recent trace${waited > 0 ? `, ${seconds(waited / 1e3)} of it waiting` : ''}: ${trace.traceId}`;
  const lines = traceTree(trace, traces, palette);
  return [palette.strong(title), ...lines.map((line) => `  ${line}`)];
}
