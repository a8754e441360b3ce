/**
 * The bars: what this package promises about its cost, as ratios inside one process wherever there is something to
 * compare with, because nanoseconds differ from machine to machine and ratios hardly do. They are set for Node.js 20.
 */
import type { Results } from './results.js';
import { median } from './statistics.js';

/** One promise and what came of it. */
export interface Figure {
  figure: string;
  bar: number;
  /** `undefined` when it was not measured in this run. */
  measured: number | undefined;
}

const OURS = 'lockmeter';
const EVENT = 'the abort event alone';
const FEW = '10 000 waiters';
const MANY = '100 000 waiters';

/** All bars, against these results. */
export function figures(results: Results): Figure[] {
  const table: Figure[] = [];
  const add = (figure: string, bar: number, measured: number | undefined): void => {
    table.push({ figure, bar, measured });
  };
  const bars: [string, number][] = [
    ['uncontended', 1.3],
    ['N = 1 000', 1.0],
    ['N = 100 000', 1.0],
  ];
  for (const [load, bar] of bars) {
    add(`no SDK, run() ÷ p-mutex, ${load}`, bar, results.ratio('no-sdk', load, OURS, 'p-mutex'));
  }
  const sampled: [string, string, number][] = [
    ['async-mutex', 'uncontended', 0.3],
    ['async-mutex', 'N = 1 000', 0.4],
    ['hand-written', 'uncontended', 0.12],
    ['hand-written', 'N = 1 000', 0.18],
  ];
  for (const [base, load, bar] of sampled) {
    add(`SDK, 1 % sampled, run() ÷ ${base}, ${load}`, bar, results.ratio('sdk', load, OURS, base));
  }
  const slow: [string, number][] = [
    ['uncontended', 0.5],
    ['N = 1 000', 0.6],
  ];
  for (const [load, bar] of slow) {
    const measured = results.ratio('sdk-slow', load, OURS, 'async-mutex');
    add(`SDK, all sampled, spans of slow attempts, run() ÷ async-mutex, ${load}`, bar, measured);
  }
  add('milliseconds per scrape, 100 names', 15, middle(results.samples('scrape', 'one scrape', OURS), 1e6));
  add('megabytes per page, 100 names', 1.2, middle(results.samples('scrape', 'page', OURS), 1e6));
  const cancelled = `${OURS} acquire`;
  add(`cancel ÷ the abort event, ${MANY}`, 1.5, results.ratio('cancellation', MANY, cancelled, EVENT));
  add(`cancel, ${MANY} ÷ ${FEW}`, 1.25, growth(results, cancelled));
  add('bytes per waiter, acquire()', 300, results.samples('memory', 'waiter, acquire', OURS)?.[0]);
  add('bytes per idle lock', 128, results.samples('memory', 'idle lock', OURS)?.[0]);
  return table;
}

/** Whether this run measured what the figure is about. */
export function isMeasured({ measured }: Figure): boolean {
  return measured !== undefined;
}

/** Whether a figure missed its bar. One that was not measured has not. */
export function missed({ bar, measured }: Figure): boolean {
  return measured !== undefined && measured > bar;
}

/** The median, in a larger unit. */
function middle(samples: number[] | undefined, unit: number): number | undefined {
  return samples && median(samples) / unit;
}

/** Cost per cancel in the long line against the short one. */
function growth(results: Results, peer: string): number | undefined {
  const few = results.samples('cancellation', FEW, peer);
  const many = results.samples('cancellation', MANY, peer);
  return few && many && median(many) / median(few);
}
