/**
 * Tells of a deadlock: the counter, whoever listens (`watch`, the channel), the spans of the waits, and one warning.
 *
 * Invariant: what a listener throws reaches nobody, and the same locks are warned of once.
 */
import type { Hold } from '../hold.js';
import type { StatsRegistry } from '../stats-registry.js';
import { type Deadlock, describeDeadlock } from './deadlock.js';
import type { GraphWait, Step } from './wait-graph.js';

/** Circles of different locks that are warned of. */
const WARNINGS = 20;

const warned = new Set<string>();

/** Says that there is one, once for each. */
export function report(registry: StatsRegistry, deadlock: Deadlock, circle: readonly Step<GraphWait>[]): void {
  registry.found(deadlock);
  for (const { wait } of circle) tell(deadlock, wait.waiter);
  warn(deadlock);
}

/** Says to those who follow this attempt that it waits in one. */
export function tell(deadlock: Deadlock, { context }: Hold): void {
  context?.following?.deadlocked(deadlock);
}

function warn(deadlock: Deadlock): void {
  const locks = JSON.stringify(deadlock.members.map(({ lock }) => lock).sort());
  if (warned.has(locks) || warned.size >= WARNINGS) return;
  warned.add(locks);
  const sites = deadlock.members.map(({ wants, site }) => [`"${wants}" is asked for`, ...site].join('\n    '));
  process.emitWarning(`Deadlock (said once for these locks): ${describeDeadlock(deadlock)}`, {
    type: 'LockmeterWarning',
    code: 'LOCKMETER_DEADLOCK',
    detail: sites.join('\n'),
  });
}
