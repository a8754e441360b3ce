/**
 * I9: while nothing is disturbed, every waiter is woken by a push; none has to find out by asking.
 */
import { entriesOf } from '../log/entry.js';
import { type Check } from './finding.js';

const DISTURBING = new Set(['disturbed', 'state-lost', 'killed', 'ended']);

/** The check. */
export const missedWakes: Check = ({ log }) =>
  log.some(({ type }) => DISTURBING.has(type))
    ? []
    : entriesOf(log, 'missed-wake').map(({ process }) => ({ rule: 'I9', text: `${process} was not woken` }));
