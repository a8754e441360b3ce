/**
 * I8: in the end nothing is held, nobody waits, and the engine keeps no queue: of an idle lock only its state is left,
 * which expires by itself.
 */
import { entriesOf } from '../log/entry.js';
import { type Check, type Finding } from './finding.js';

/** The check. */
export const leftovers: Check = ({ log }) => {
  const found: Finding[] = [];
  const last = new Map(entriesOf(log, 'inspected').map((entry) => [entry.lock, entry]));
  for (const { lock, locked, depth } of last.values()) {
    if (locked) found.push({ rule: 'I8', text: `${lock}: still held` });
    if (depth > 0) found.push({ rule: 'I8', text: `${lock}: ${depth} still wait` });
  }
  const keys = entriesOf(log, 'remains').at(-1)?.keys ?? [];
  for (const key of keys) if (!key.endsWith(':s')) found.push({ rule: 'I8', text: `the key ${key} is still there` });
  return found;
};
