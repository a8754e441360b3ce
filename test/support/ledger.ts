/**
 * What clients of a lock write down about themselves: how each attempt ended and how long it took, as they saw it from
 * outside. The exported figures must be the sum of that and of nothing else.
 *
 * Imports the package for its types only: the clock has to be replaced before the package is loaded.
 */
import type { AcquireOptions, Lock, LockError, Outcome } from 'lockmeter';
import { clock } from './controlled-clock.js';

/** The end of one attempt. */
export interface Entry {
  readonly outcome: Outcome;
  /** Milliseconds. */
  readonly waited: number;
  /** Whether it stood in the queue. */
  readonly queued: boolean;
}

/** What an attempt that is aborted fails with. */
export const GONE = 'the client is gone';

const OUTCOME_OF: Partial<Record<LockError['code'], Outcome>> = {
  ERR_LOCK_TIMEOUT: 'timeout',
  ERR_LOCK_QUEUE_FULL: 'rejected',
};

/** The book of all clients of one name's locks. */
export class Ledger {
  readonly entries: Entry[] = [];
  /** Milliseconds that bodies took. */
  readonly held: number[] = [];

  /** Runs `body` under `lock` and writes down when it got in, or why not. */
  async run(lock: Lock, body: () => Promise<void>, options: AcquireOptions): Promise<void> {
    const asked = clock.time;
    const depth = lock.queueDepth;
    let got: number | undefined;
    const running = lock.run(async () => {
      got = clock.time;
      await body();
    }, options);
    const queued = lock.queueDepth > depth;
    const error: unknown = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (got !== undefined) {
      this.entries.push({ outcome: 'acquired', waited: got - asked, queued });
      this.held.push(clock.time - got);
    } else this.entries.push({ outcome: outcomeOf(error, options), waited: clock.time - asked, queued });
  }

  /** Asks for `lock` if it is free. Whoever gets it holds it for no time. */
  tryAcquire(lock: Lock): void {
    const got = lock.tryAcquire();
    this.entries.push({ outcome: got ? 'acquired' : 'busy', waited: 0, queued: false });
    if (!got) return;
    this.held.push(0);
    lock.release();
  }

  count(outcome: Outcome): number {
    return this.entries.filter((entry) => entry.outcome === outcome).length;
  }
}

function outcomeOf(error: unknown, { timeout }: AcquireOptions): Outcome {
  if (error === GONE) return 'aborted';
  if (timeout === 0) return OUTCOME_OF[(error as LockError).code] === 'timeout' ? 'busy' : 'error';
  return OUTCOME_OF[(error as LockError).code] ?? 'error';
}

/** How many of these milliseconds are at most `le` seconds. */
export function atMost(le: number, values: readonly number[]): number {
  return values.filter((value) => value / 1e3 <= le).length;
}
