/**
 * The two ways to watch a shop: a table that is redrawn, for a terminal, and lines that follow each other, for a log.
 */
import type { LockManager, Snapshot } from 'lockmeter';
import { seconds } from './format.js';
import { lockRows } from './lock-rows.js';
import { lockLines, lockTable } from './lock-table.js';
import { type Palette, PLAIN } from './paint.js';
import type { RecentTraces } from './recent-traces.js';
import { type ReplicaRow, replicaLines, replicaTable } from './replicas/replica-table.js';
import { Screen, type Terminal } from './screen.js';
import { saySlowWaits } from './slow-waits.js';
import { waitedIn } from './span-record.js';
import { traceTree } from './trace-tree.js';

/** What is watched: the locks of a process, or of several as one. */
export interface Watched {
  snapshot(): Snapshot;
  /** Calls `say` with a line that cannot wait, and returns what ends that. */
  news(say: (line: string) => void): () => void;
  /** Where the traces are, when they are in this process. */
  traces: RecentTraces | undefined;
  /** A row for each process, when there are several. */
  replicas?(): ReplicaRow[];
  /** One line on the customers, when the shop makes them. */
  traffic: (() => string) | undefined;
}

/** Of a process that has all its locks from one manager. */
export function watchedLocks(manager: LockManager): Pick<Watched, 'snapshot' | 'news'> {
  return { snapshot: () => manager.snapshot(), news: (say) => saySlowWaits(manager, say) };
}

/** All times in milliseconds. */
const INTERVAL = 5_000;
const FRAME = 500;
const TREE_EVERY = 30_000;
/** How long news stay on the screen. */
const SAID_FOR = 10_000;
/** How many of them. */
const MOST_NEWS = 4;

/** Something that shows the locks until it is stopped. */
export interface View {
  /** Shows the last state, and the slowest recent trace. */
  stop(): void;
}

/** A table of the last five seconds, drawn twice a second. */
export function tableView(terminal: Terminal, watched: Watched, palette: Palette): View {
  const screen = new Screen(terminal);
  const snapshots: Snapshot[] = [];
  let news: { line: string; until: number }[] = [];
  const unwatch = watched.news((line) => {
    news = [...news, { line, until: Date.now() + SAID_FOR }].slice(-MOST_NEWS);
  });
  const draw = (): void => {
    snapshots.push(watched.snapshot());
    if (snapshots.length > INTERVAL / FRAME + 1) snapshots.shift();
    news = news.filter(({ until }) => Date.now() < until);
    const traffic = watched.traffic?.();
    screen.draw([
      ...lockTable(lockRows(snapshots[0]!, snapshots.at(-1)!), palette, terminal.columns),
      ...below(watched.replicas === undefined ? [] : replicaTable(watched.replicas(), palette)),
      ...below(traffic === undefined ? [] : [palette.dim(traffic)]),
      ...below(news.map(({ line }) => palette.strong(line))),
      ...below(slowestTrace(watched.traces, palette)),
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

/** Every five seconds a line per lock and replica, every thirty the slowest trace, and at once what cannot wait. */
export function lineView(print: (line: string) => void, watched: Watched): View {
  let before = watched.snapshot();
  let untilTree = TREE_EVERY;
  const unwatch = watched.news(print);
  const lines = (): void => {
    const after = watched.snapshot();
    const time = new Date(after.at).toTimeString().slice(0, 8);
    const replicas = watched.replicas?.() ?? [];
    for (const line of [...lockLines(lockRows(before, after), time), ...replicaLines(replicas, time)]) print(line);
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

/** A part of the screen, apart from the one above it. */
function below(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function slowestTrace(traces: RecentTraces | undefined, palette: Palette): string[] {
  const trace = traces?.slowest(Date.now());
  if (traces === undefined || trace === undefined) return [];
  const waited = waitedIn(trace);
  const title = `Slowest recent trace${waited > 0 ? `, ${seconds(waited / 1e3)} of it waiting` : ''}: ${trace.traceId}`;
  const lines = traceTree(trace, traces, palette);
  return [palette.strong(title), ...lines.map((line) => `  ${line}`)];
}
