/**
 * Lock rows as text: a table for a terminal, a line per lock for a log.
 *
 * Invariant: columns stand under each other whatever the numbers are, because each cell has its width before its colour.
 */
import { percent, seconds } from './format.js';
import type { LockRow } from './lock-rows.js';
import type { Paint, Palette } from './paint.js';

interface Column {
  title: string;
  /** The widest value: `0.42 ms` for a duration. */
  size: number;
  value: (row: LockRow) => number | null;
  show: (value: number | null) => string;
  /** From the first on a value is worth a look, from the second on it is bad. */
  limits: readonly [number, number];
}

const NEVER = [Infinity, Infinity] as const;
const WAIT = [0.1, 1] as const;
const QUEUE = {
  title: 'queue',
  size: 3,
  value: (row: LockRow) => row.queue,
  show: String,
  limits: [1, 10],
} satisfies Column;
const AGE = {
  title: 'holder age',
  size: 7,
  value: (row: LockRow) => row.holderAge,
  show: seconds,
  limits: [0.5, 2],
} satisfies Column;

const COLUMNS: readonly Column[] = [
  { title: 'held', size: 3, value: (row) => row.held, show: String, limits: NEVER },
  QUEUE,
  { title: 'utilisation', size: 5, value: (row) => row.utilisation, show: percent, limits: [0.7, 0.95] },
  { title: 'contention', size: 5, value: (row) => row.contention, show: percent, limits: [0.3, 0.8] },
  { title: 'wait p50', size: 7, value: (row) => row.waitP50, show: seconds, limits: WAIT },
  { title: 'wait p99', size: 7, value: (row) => row.waitP99, show: seconds, limits: WAIT },
  { title: 'hold p99', size: 7, value: (row) => row.holdP99, show: seconds, limits: WAIT },
  AGE,
];

/** Where they do not all fit, these go, one after the other: a number of which a part is shown is another number. */
const FIRST_TO_GO = ['wait p50', 'hold p99', 'contention', 'utilisation', 'wait p99'];

const GAP = '  ';
/** How many waiters are drawn, one block each. */
const LONGEST_BAR = 24;

/**
 * The table: a title line and one line per lock, with a block for each waiter behind it. Of the blocks those may be cut off that do
 * not fit in `width`, and nothing else.
 */
export function lockTable(rows: readonly LockRow[], palette: Palette, width = Infinity): string[] {
  if (rows.length === 0) return [palette.dim('No lock was used yet.')];
  const names = nameWidth(rows);
  const columns = columnsWithin(width - '● '.length - names);
  const titles = columns.map(({ title, size }) => GAP + title.padStart(size)).join('');
  return [
    palette.dim(`  ${'lock'.padEnd(names)}${titles}`),
    ...rows.map((row) => {
      const cells = columns.map(({ title, size, value, show, limits }) => {
        const text = show(value(row)).padStart(Math.max(size, title.length));
        return GAP + paintFor(level(limits, value(row)), palette)(text);
      });
      return `${dot(row, palette)} ${palette.strong(row.lock.padEnd(names))}${cells.join('')}${bar(row, palette)}`;
    }),
  ];
}

/** One line per lock, each understandable on its own. */
export function lockLines(rows: readonly LockRow[], time: string): string[] {
  const names = nameWidth(rows);
  return rows.map((row) => {
    const cells = COLUMNS.map(({ title, size, value, show }) => `${GAP}${title} ${show(value(row)).padStart(size)}`);
    return `${time}  ${row.lock.padEnd(names)}${cells.join('')}`;
  });
}

function columnsWithin(width: number): readonly Column[] {
  let columns = COLUMNS;
  for (const first of FIRST_TO_GO) {
    const needed = columns.reduce((sum, { title, size }) => sum + GAP.length + Math.max(size, title.length), 0);
    if (needed <= width) break;
    columns = columns.filter(({ title }) => title !== first);
  }
  return columns;
}

function nameWidth(rows: readonly LockRow[]): number {
  return Math.max('lock'.length, ...rows.map(({ lock }) => lock.length));
}

function level(limits: readonly [number, number], value: number | null): 0 | 1 | 2 {
  if (value === null || value < limits[0]) return 0;
  return value < limits[1] ? 1 : 2;
}

function paintFor(level: 0 | 1 | 2, { warn, bad }: Palette): Paint {
  return [(text: string) => text, warn, bad][level]!;
}

/** Whether the lock is in trouble now, so that a glance down the left edge is enough. */
function dot(row: LockRow, palette: Palette): string {
  const worst = Math.max(level(QUEUE.limits, row.queue), level(AGE.limits, row.holderAge));
  return [palette.good, palette.warn, palette.bad][worst]!('●');
}

function bar({ queue }: LockRow, palette: Palette): string {
  if (queue === 0) return '';
  const blocks = '▪'.repeat(Math.min(queue, LONGEST_BAR)) + (queue > LONGEST_BAR ? '…' : '');
  return GAP + paintFor(level(QUEUE.limits, queue), palette)(blocks);
}
