/**
 * Who is stuck behind a lock, said while it lasts.
 */
import type { LockManager, SlowWait } from 'lockmeter';
import { seconds } from './format.js';

/** Calls `say` with a line whenever somebody has waited for a second, and returns what ends that. */
export function saySlowWaits(manager: LockManager, say: (line: string) => void): () => void {
  return manager.watch({ onSlowWait: (slow) => say(slowWaitLine(slow)) });
}

function slowWaitLine({ lock, queueDepth, waited, holderLabel, holderAge }: SlowWait): string {
  const holder = holderLabel === undefined ? 'held' : `held by ${JSON.stringify(holderLabel)}`;
  const waiting = `${queueDepth} waiting, the first for ${seconds(waited / 1e3)}`;
  return `Slow: ${lock}, ${waiting}; ${holder} for ${seconds(holderAge / 1e3)}`;
}
