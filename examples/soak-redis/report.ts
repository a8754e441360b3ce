/**
 * What came of a soak, for people.
 */
import { table } from '../../bench/table.js';
import type { Soak, SoakSize } from './soak.js';

/** The most breaches that are shown. */
const SHOWN = 20;

/** See above. */
export function report({ judgement, faults }: Soak, { seconds, clients }: SoakSize): string {
  const { findings, ...counted } = judgement;
  const rows = [
    ['attempts', counted.attempts],
    ['holds', counted.holds],
    ['holds lost', counted.lost],
    ['writes accepted', counted.acceptedWrites],
    ['stale writes turned away', counted.rejectedWrites],
    ['wakes missed', counted.missedWakes],
    ['overlaps after the engine lost its state', counted.excusedOverlaps],
    ['longest time that two believed to hold, ms', Math.round(counted.longestDoubleBelief)],
  ].map((row) => row.map(String));
  const disturbed = Object.entries(faults).map(([kind, times]) => `${times} × ${kind}`);
  const breaches = findings.slice(0, SHOWN).map(({ rule, text }) => `- ${rule}: ${text}`);
  const more = findings.length > SHOWN ? [`- and ${findings.length - SHOWN} more`] : [];
  return [
    `\n### ${clients} clients, ${seconds} s: ${disturbed.join(', ') || 'nothing disturbed'}\n`,
    table(['', 'found'], rows),
    findings.length === 0 ? '\nEvery invariant holds.' : '\nBROKEN:',
    ...breaches,
    ...more,
  ].join('\n');
}
