/**
 * Beside the numbered invariants: no process warns, leaves an error unhandled, or ends by itself with anything but
 * success.
 */
import { entriesOf } from '../log/entry.js';
import { type Check } from './finding.js';

/** The check. */
export const complaints: Check = ({ log }) => [
  ...entriesOf(log, 'complaint').map(({ process, text }) => ({ rule: 'quiet' as const, text: `${process}: ${text}` })),
  ...entriesOf(log, 'ended')
    .filter(({ code, text }) => code !== 0 || text !== '')
    .map(({ process, code, text }) => ({ rule: 'quiet' as const, text: `${process} ended with ${code}: ${text}` })),
];
