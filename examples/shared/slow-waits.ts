/**
 * Who is stuck behind a lock, said while it lasts; and who lost one, said at once.
 */
import type { LockManager, SlowWait } from 'lockmeter';
import { seconds } from './format.js';

/**
 * Calls `say` with a line whenever somebody has waited for a second, or a lease was lost, and returns what ends that.
 *
 * @param where Which of several processes this is: ` in replica 2`.
 */
export function saySlowWaits(manager: LockManager, say: (line: string) => void, where = ''): () => void {
  return manager.watch({
    onSlowWait: (slow) => say(`Slow${where}: ${describe(slow)}`),
    onLeaseLost: (error) => say(`Lost${where}: ${error.message}`),
  });
}

function describe({ lock, queueDepth, waited, holderLabel, holderProcess, holderAge }: SlowWait): string {
  const label = holderLabel === undefined ? '' : ` by ${JSON.stringify(holderLabel)}`;
  const process = holderProcess === undefined ? '' : ` in ${holderProcess}`;
  const waiting = `${queueDepth} waiting, the first for ${seconds(waited / 1e3)}`;
  return `${lock}, ${waiting}; held${label}${process} for ${seconds(holderAge / 1e3)}`;
}
