/**
 * What really happened to every attempt, by stopwatches of the scenario's own: the figures that the metrics are compared
 * with. It knows nothing of the locks; those who ask, enter and leave write it themselves.
 *
 * Invariant: an attempt ends once, either with a hold or without one, and what was written is not changed.
 */
import { LockError, LockQueueFullError, LockTimeoutError } from 'lockmeter';

/** The ends that the scenario brings about. */
export type Ending = 'acquired' | 'timeout' | 'aborted' | 'rejected';

/** One attempt. Times in milliseconds since the epoch; what has not happened yet is `undefined`. */
export interface Attempt {
  readonly lock: string;
  /** Which of the lock's keys. Empty where it has none. */
  readonly key: string;
  readonly asked: number;
  /** When it had asked: the lock has heard of it between the two. */
  readonly standing?: number;
  /** Whether somebody held the lock, or waited for it, when this one asked. */
  readonly blocked: boolean;
  readonly ending?: Ending;
  /** When it got the lock, or learned that it would not. */
  readonly answered?: number;
  /** Of one that waited and got it: when the body before it was over. */
  readonly handedOver?: number;
  /** When its body was over. */
  readonly released?: number;
}

/** An attempt under way, in the hands of the one who makes it. */
export interface Visit {
  /** The first thing that the body does. */
  granted(): void;
  /** The last thing that the body does. */
  released(): void;
  /** Instead of a hold: what the lock threw. Says nothing of a visit that has ended already. */
  failed(error: unknown): void;
}

/**
 * @example
 * const ledger = new Ledger();
 * const visit = ledger.ask('inventory');
 * await locks.run('inventory', () => visit.granted()).catch(visit.failed);
 */
export class Ledger {
  private readonly attempts: Attempt[] = [];
  /** Attempts that hold or wait, by lock and key. */
  private readonly present = new Map<string, number>();
  /** When the last body was over, by lock and key. */
  private readonly lastReleased = new Map<string, number>();
  /** The wall clock at the stopwatch's zero: a scraper dates its samples with the wall clock. */
  private readonly epoch = Date.now() - performance.now();

  /** Every attempt on this lock so far, in the order in which they asked. */
  of(lock: string): readonly Attempt[] {
    return this.attempts.filter((attempt) => attempt.lock === lock);
  }

  /** The locks that were asked for. */
  locks(): string[] {
    return [...new Set(this.attempts.map(({ lock }) => lock))];
  }

  ask(lock: string, key = ''): Visit {
    const queue = JSON.stringify([lock, key]);
    const blocked = (this.present.get(queue) ?? 0) > 0;
    const attempt: { -readonly [K in keyof Attempt]: Attempt[K] } = { lock, key, asked: this.now(), blocked };
    this.attempts.push(attempt);
    queueMicrotask(() => {
      attempt.standing = this.now();
    });
    this.count(queue, 1);
    const answer = (ending: Ending): void => {
      if (attempt.ending !== undefined)
        throw new Error(`${lock}: an attempt that was ${attempt.ending} is ${ending} too`);
      attempt.ending = ending;
      attempt.answered = this.now();
    };
    return {
      granted: () => {
        answer('acquired');
        if (blocked) attempt.handedOver = this.lastReleased.get(queue);
      },
      released: () => {
        attempt.released = this.now();
        this.lastReleased.set(queue, attempt.released);
        this.count(queue, -1);
      },
      failed: (error) => {
        if (attempt.ending !== undefined) return;
        answer(endingOf(error));
        this.count(queue, -1);
      },
    };
  }

  private count(queue: string, change: 1 | -1): void {
    this.present.set(queue, (this.present.get(queue) ?? 0) + change);
  }

  private now(): number {
    return this.epoch + performance.now();
  }
}

/** A client that leaves, or a signal, ends an attempt with a reason that is no lock's own. */
function endingOf(error: unknown): Ending {
  if (error instanceof LockTimeoutError) return 'timeout';
  if (error instanceof LockQueueFullError) return 'rejected';
  if (error instanceof LockError) throw new Error('the scenario does not bring this about', { cause: error });
  return 'aborted';
}
