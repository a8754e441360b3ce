/**
 * I3: the resource accepted no write with a token below one that it had accepted before.
 */
import { entriesOf } from '../log/entry.js';
import { type Check, type Finding } from './finding.js';

/** The check. */
export const staleWrites: Check = ({ log }) => {
  const found: Finding[] = [];
  const largest = new Map<string, number>();
  for (const { lock, token, accepted, process, attempt } of entriesOf(log, 'judged')) {
    if (!accepted) continue;
    const before = largest.get(lock) ?? 0;
    if (token < before) {
      const text = `${lock}: a write of ${process} ${attempt} was accepted with token ${token} after one with ${before}`;
      found.push({ rule: 'I3', text });
    }
    largest.set(lock, Math.max(before, token));
  }
  return found;
};
