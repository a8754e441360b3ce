/**
 * All that follow one attempt, as one: each call of each of them is kept apart from the lock and from the others.
 *
 * Invariant: the body runs exactly once, and its caller gets what it returned or threw, whatever the followers do.
 */
import type { BackendResult } from './backend-stats.js';
import type { Deadlock } from './deadlock/deadlock.js';
import type { QueuePlace } from './drivers/driver.js';
import type { LockLostError } from './errors.js';
import type { Hold } from './hold.js';
import type { AttemptObserver, ObserverSet } from './observer.js';
import type { Outcome } from './stats.js';

/** All that follow one attempt. Each call is a loop of its own: they run for every operation that is traced. */
export class Following {
  constructor(
    private readonly set: ObserverSet,
    private readonly followers: readonly AttemptObserver[],
  ) {}

  queued(place: QueuePlace): void {
    for (const follower of this.followers) this.set.guard(() => follower.queued?.(place));
  }

  renewed(result: BackendResult): void {
    for (const follower of this.followers) this.set.guard(() => follower.renewed?.(result));
  }

  lost(error: LockLostError): void {
    for (const follower of this.followers) this.set.guard(() => follower.lost?.(error));
  }

  granted(hold: Hold): void {
    for (const follower of this.followers) {
      try {
        this.set.settle(follower.granted?.(hold));
      } catch (error) {
        this.set.report(error);
      }
    }
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    for (const follower of this.followers) this.set.guard(() => follower.failed?.(outcome, reason, waited));
  }

  deadlocked(deadlock: Deadlock): void {
    for (const follower of this.followers) this.set.guard(() => follower.deadlocked?.(deadlock));
  }

  threw(error: unknown): void {
    for (const follower of this.followers) this.set.guard(() => follower.threw?.(error));
  }

  released(queueDepth: number, held: number): void {
    for (const follower of this.followers) {
      try {
        this.set.settle(follower.released?.(queueDepth, held));
      } catch (error) {
        this.set.report(error);
      }
    }
  }

  /**
   * Runs `body` inside the context of every follower, once, even if one of them throws instead of running it. What the
   * followers return is dropped: the caller gets what the body returned.
   */
  body<T>(body: () => T): T {
    if (!this.wraps()) return body();
    let outcome: { value: T } | { thrown: unknown } | undefined;
    const once = (): T => {
      outcome ??= attempt(body);
      if ('thrown' in outcome) throw outcome.thrown;
      return outcome.value;
    };
    let run = once;
    for (const follower of this.followers) {
      const inner = run;
      run = () => (follower.body === undefined ? inner() : this.drop(follower.body(inner), outcome));
    }
    this.set.guard(() => {
      try {
        run();
      } catch (error) {
        if (outcome === undefined || !('thrown' in outcome) || outcome.thrown !== error) throw error;
      }
    });
    return once();
  }

  /** Whether anybody has a context of its own for the body. */
  private wraps(): boolean {
    for (const follower of this.followers) {
      try {
        if (follower.body !== undefined) return true;
      } catch (error) {
        this.set.report(error);
      }
    }
    return false;
  }

  /** A promise that a follower made of the body's rejects when that does, and nobody else looks at it. */
  private drop<T>(returned: T, outcome: { value: T } | { thrown: unknown } | undefined): T {
    const value = outcome !== undefined && 'value' in outcome ? outcome.value : undefined;
    if (!(returned instanceof Promise) || returned === value) return returned;
    returned.catch((error: unknown) =>
      Promise.resolve(value).then(
        () => this.set.report(error),
        (own: unknown) => {
          if (error !== own) this.set.report(error);
        },
      ),
    );
    return returned;
  }
}

function attempt<T>(body: () => T): { value: T } | { thrown: unknown } {
  try {
    return { value: body() };
  } catch (thrown) {
    return { thrown };
  }
}
