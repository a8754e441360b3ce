/**
 * The figures that more than one panel shows, so that each means the same wherever it is drawn.
 *
 * Invariant: a lock in memory is one lock in each process, a lock on a server is one lock for all of them. What is said of
 * "the lock" is that of its busiest process for the first, and the sum over processes for the second.
 */
import type { Backend, Outcome } from '../../src/stats.js';
import { LABELS } from '../../src/telemetry/names.js';
import { either, is, isNot, type Matcher, max, ratio, share, sum, top, type Vector, without } from './expressions.js';
import { BY_LOCK, type LabelOf } from './metrics.js';
import { Selectors } from './selectors.js';

/** Outcomes in which the caller wanted the lock and did not get it. `aborted` and `busy` are the caller's own choice. */
export const FAILED = ['timeout', 'rejected', 'error'] as const satisfies readonly Outcome[];

type LockLabel = LabelOf<'heldTime'>;
type OfBackend = Matcher<typeof LABELS.backend>;

const MEMORY = 'memory' satisfies Backend;

export class Queries extends Selectors {
  /** Seconds lost waiting per second, which is also the mean number of callers that wait. */
  timeLost<B extends LockLabel = never>(...by: B[]): Vector<B> {
    return sum(this.rate('queuedTime'), ...by);
  }

  contention<B extends LockLabel = never>(...by: B[]): Vector<B> {
    return ratio(sum(this.rate('contended'), ...by), sum(this.rate('acquisitions'), ...by));
  }

  /** Attempts per second that failed. */
  failing<B extends LabelOf<'acquisitions'> = never>(...by: B[]): Vector<B> {
    return sum(this.rate('acquisitions', is(LABELS.outcome, ...FAILED)), ...by);
  }

  /**
   * The share of time a lock was held, 0 to 1. Only of names that are one lock: those that several locks share, keys for
   * example, export no permits and have no such share (see {@link heldAtOnce}).
   */
  utilisation<B extends LockLabel = never>(...by: B[]): Vector<B> {
    return this.ofTheLock((backend) => this.shareHeld(backend), ...by);
  }

  /** The part of {@link utilisation} that each process adds. */
  shareHeld(...where: OfBackend[]): Vector<LockLabel> {
    return ratio(this.rate('heldTime', ...where), this.gauge('permits', ...where));
  }

  /** How many locks under a name are held on average, all processes added up: for the names that are many locks. */
  heldAtOnce<B extends LockLabel = never>(...by: B[]): Vector<B> {
    return sum(without(this.rate('heldTime'), this.gauge('permits')), ...by);
  }

  /** What each process does to a lock, put together as its backend demands. */
  ofTheLock<B extends LockLabel = never>(perProcess: (backend: OfBackend) => Vector<LockLabel>, ...by: B[]): Vector<B> {
    const groups = [...new Set<LockLabel>([...by, ...BY_LOCK])];
    const inMemory = max(perProcess(is(LABELS.backend, MEMORY)), ...groups);
    const onServer = sum(perProcess(isNot(LABELS.backend, MEMORY)), ...groups);
    return max(either(inMemory, onServer), ...by);
  }

  /** Only locks somebody waited for: ties at 0 would be broken differently by each query of a table. */
  topByTimeLost(): Vector<(typeof BY_LOCK)[number]> {
    return top('$top', `${this.timeLost(...BY_LOCK)} > 0`);
  }

  /** The values of `expr` for the locks of {@link topByTimeLost}. */
  amongTop(expr: Vector<(typeof BY_LOCK)[number]>): Vector<(typeof BY_LOCK)[number]> {
    return `${expr} and on (${BY_LOCK.join(', ')}) ${this.topByTimeLost()}`;
  }

  /** The share of round trips to the servers that failed, 0 where there were none. */
  backendErrors<B extends LabelOf<'backendDuration'> = never>(...by: B[]): Vector<B> {
    const failed = this.observed('backendDuration', 'count', is(LABELS.result, 'error'));
    return share(sum(failed, ...by), sum(this.observed('backendDuration', 'count'), ...by));
  }
}
