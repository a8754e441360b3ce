/**
 * The one door for telemetry that needs the caller's context: spans and channels. Numbers do not pass here, they are
 * written by the lock into its stats.
 *
 * An observer is asked in the caller's async context when an attempt starts, and answers with an object that follows this
 * attempt. It is asked there because the grant of a queued attempt happens inside somebody else's `release()`, in
 * *their* context.
 *
 * Invariant: an observer cannot break a lock. Whatever it throws is counted (`observerErrors` in the snapshot) and dropped,
 * and the body runs exactly once whatever becomes of the context that the observer wraps around it.
 */
import type { Hold } from './hold.js';
import type { Outcome } from './stats.js';

/** One attempt to get a lock, as it starts. */
export interface LockAttempt {
  readonly lock: string;
  readonly key: string | undefined;
  readonly backend: string;
  /** Whether it has to queue. */
  readonly contended: boolean;
  /** Waiters ahead of it, the holder not counted. */
  readonly queueDepth: number;
  /** The hold it waits behind, when there is one. */
  readonly blocker: Hold | undefined;
  /** Milliseconds; `undefined` when it waits as long as it takes. */
  readonly timeout: number | undefined;
  readonly label: string | undefined;
}

/** What follows one attempt. Every method is optional. */
export interface AttemptObserver {
  /** It got the lock. For an attempt that queued, this runs in the async context of the previous holder's release. */
  granted?(hold: Hold): void;
  /** It ended without the lock, after `waited` ms in the queue; `reason` is what its caller is given. */
  failed?(outcome: Outcome, reason: unknown, waited: number): void;
  /** Runs the body, in a context of its own choice. Must call `run` once, synchronously, and return what it returns. */
  body?<T>(run: () => T): T;
  /** The body threw or rejected. `released` follows. */
  threw?(error: unknown): void;
  /** The hold ended after `held` ms, with this many waiters behind it. */
  released?(queueDepth: number, held: number): void;
}

/** What watches attempts. */
export interface LockObserver {
  /** Cheap: asked for each attempt, in the caller's async context. `false` skips the attempt. */
  wants(): boolean;
  /** Called only after `wants()` said so; the object it returns follows the attempt. */
  attempt(attempt: LockAttempt): AttemptObserver | undefined;
}

/** What every set of observers starts with. */
const installed: LockObserver[] = [];

/** Lets `observer` into every set that is made from now on. */
export function installObserver(observer: LockObserver): void {
  installed.push(observer);
}

/** Makes one observer of several, each call of each of them kept apart from the lock and from one another. */
export class ObserverSet {
  /** Errors thrown by observers so far. */
  errors = 0;
  private observers: readonly LockObserver[] = [...installed];

  add(observer: LockObserver): void {
    this.observers = [...this.observers, observer];
  }

  /** Takes it out once: it may have been added by others too. */
  delete(observer: LockObserver): void {
    const place = this.observers.indexOf(observer);
    this.observers = this.observers.filter((_, i) => i !== place);
  }

  /** Whether anybody wants the attempt made now. On the path of every operation, hence without a closure. */
  wanted(): boolean {
    const { observers } = this;
    for (let i = 0; i < observers.length; i++) {
      try {
        const wants: unknown = observers[i]!.wants();
        if (wants === true) return true;
        // An async function by mistake: it cannot be waited for, and must not fail unheard.
        if (wants !== false && wants instanceof Promise) wants.catch((error: unknown) => this.report(error));
      } catch (error) {
        this.report(error);
      }
    }
    return false;
  }

  follow(attempt: LockAttempt): Following {
    const followers: AttemptObserver[] = [];
    for (const observer of this.observers) {
      const follower = this.guard(() => (observer.wants() === true ? observer.attempt(attempt) : undefined));
      if (typeof follower === 'object' && follower !== null) followers.push(follower);
    }
    return new Following(this, followers);
  }

  guard<T>(call: () => T): T | undefined {
    try {
      const result = call();
      // A hook that is an async function fails later.
      if (result instanceof Promise) result.catch((error: unknown) => this.report(error));
      return result;
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }

  report(error: unknown): void {
    this.errors++;
    if (this.errors > 1) return;
    const what = `A lock observer threw and was ignored (said once, counted in snapshot().observerErrors): ${print(error)}`;
    process.emitWarning(what, { type: 'LockmeterWarning', code: 'LOCKMETER_OBSERVER_THREW' });
  }
}

/** All that follow one attempt. */
export class Following {
  constructor(
    private readonly set: ObserverSet,
    private readonly followers: readonly AttemptObserver[],
  ) {}

  granted(hold: Hold): void {
    for (const follower of this.followers) this.set.guard(() => follower.granted?.(hold));
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    for (const follower of this.followers) this.set.guard(() => follower.failed?.(outcome, reason, waited));
  }

  threw(error: unknown): void {
    for (const follower of this.followers) this.set.guard(() => follower.threw?.(error));
  }

  released(queueDepth: number, held: number): void {
    for (const follower of this.followers) this.set.guard(() => follower.released?.(queueDepth, held));
  }

  /**
   * Runs `body` inside the context of every follower, once, even if one of them throws instead of running it. What the
   * followers return is dropped: the caller gets what the body returned.
   */
  body<T>(body: () => T): T {
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

/** What was thrown, as text: anything can be thrown, and not everything can be printed. */
function print(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that cannot be printed';
  }
}
