/**
 * The one door for telemetry that needs the caller's context: spans and channels. Numbers do not pass here, they are
 * written by the lock into its stats.
 *
 * An observer is asked in the caller's async context when an attempt starts, and answers with an object that follows this
 * attempt. It is asked there because the grant of a queued attempt happens inside somebody else's `release()`, in
 * *their* context.
 *
 * Invariant: an observer cannot break a lock. Whatever it throws is counted (`observerErrors` in the snapshot) and dropped,
 * and the body runs exactly once whatever becomes of the context that the observer wraps around it (following.ts).
 */
import type { BackendResult } from './backend-stats.js';
import type { Deadlock } from './deadlock/deadlock.js';
import type { QueuePlace } from './drivers/driver.js';
import type { LockLostError } from './errors.js';
import { Following } from './following.js';
import type { Hold } from './hold.js';
import type { LockState } from './lock-state.js';
import { show } from './options.js';
import type { Outcome } from './stats.js';

/** One attempt to get a lock, as it starts. */
export interface LockAttempt {
  readonly lock: string;
  readonly key: string | undefined;
  readonly backend: string;
  /** Whether its lock is at a driver: then the engine says whether it has to queue, by `queued`. */
  readonly atDriver: boolean;
  /** Whether it has to queue, as far as this process decides that. */
  readonly contended: boolean;
  /** Waiters ahead of it, the holder not counted. */
  readonly queueDepth: number;
  /** The hold it waits behind, when there is one. */
  readonly blocker: Hold | undefined;
  /** Milliseconds; `undefined` when it waits as long as it takes, 0 when it does not wait, as with `tryAcquire()`. */
  readonly timeout: number | undefined;
  readonly label: string | undefined;
  /** @internal The lock. */
  readonly owner: LockState;
}

/** What follows one attempt. Every method is optional. */
export interface AttemptObserver {
  /**
   * A server said that it has to queue there, or said later who holds now. What is queued in this process is `contended` from
   * the start.
   */
  queued?(place: QueuePlace): void;
  /** It got the lock. For an attempt that queued, this runs in the async context of the previous holder's release. */
  granted?(hold: Hold): void;
  /** It ended without the lock, after `waited` ms in the queue; `reason` is what its caller is given. */
  failed?(outcome: Outcome, reason: unknown, waited: number): void;
  /** It waits in a circle of holders that wait for one another. It may come again, and the wait goes on. */
  deadlocked?(deadlock: Deadlock): void;
  /** Runs the body, in a context of its own choice. Must call `run` once, synchronously, and return what it returns. */
  body?<T>(run: () => T): T;
  /** The body threw or rejected while it held. `released` follows. */
  threw?(error: unknown): void;
  /** Its lease was renewed, or one try to do that failed. */
  renewed?(result: BackendResult): void;
  /** The hold was lost before it was released. `released` follows at once, though the body goes on. */
  lost?(error: LockLostError): void;
  /** The hold ended after `held` ms, with this many waiters behind it. */
  released?(queueDepth: number, held: number): void;
}

/** What watches attempts. */
export interface LockObserver {
  /**
   * Cheap: asked in the caller's async context when an attempt starts, and perhaps twice, so what is up to chance is for
   * `attempt` to decide. `false` skips the attempt.
   */
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

  /**
   * Adds one that was not checked. Returns the function that takes it out.
   *
   * @throws TypeError when it is no observer.
   */
  join(observer: LockObserver): () => void {
    if (typeof observer?.wants !== 'function' || typeof observer.attempt !== 'function') {
      throw new TypeError(`observer must be an object with wants() and attempt(), got ${show(observer)}`);
    }
    this.add(observer);
    let watching = true;
    return () => {
      if (watching) this.delete(observer);
      watching = false;
    };
  }

  /** Takes it out once: it may have been added by others too. */
  delete(observer: LockObserver): void {
    const place = this.observers.indexOf(observer);
    this.observers = this.observers.filter((_, i) => i !== place);
  }

  /** What follows the attempt that is made now; `undefined` when nobody wants it. On the path of every operation. */
  follow(lock: LockState, label: string | undefined, timeout: number | undefined): Following | undefined {
    let attempt: LockAttempt | undefined;
    let followers: AttemptObserver[] | undefined;
    const { observers } = this;
    for (let i = 0; i < observers.length; i++) {
      const observer = observers[i]!;
      if (!this.wants(observer)) continue;
      attempt ??= describeAttempt(lock, label, timeout);
      const follower = this.ask(observer, attempt);
      if (typeof follower !== 'object' || follower === null) continue;
      if (followers === undefined) followers = [follower];
      else followers.push(follower);
    }
    return followers === undefined ? undefined : new Following(this, followers);
  }

  private wants(observer: LockObserver): boolean {
    try {
      const wants: unknown = observer.wants();
      if (wants === false) return false;
      // An async function by mistake: it cannot be waited for, and must not fail unheard.
      if (wants instanceof Promise) this.settle(wants);
      return wants === true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  private ask(observer: LockObserver, attempt: LockAttempt): AttemptObserver | undefined {
    try {
      const follower = observer.attempt(attempt);
      this.settle(follower);
      return follower;
    } catch (error) {
      this.report(error);
      return undefined;
    }
  }

  guard(call: () => unknown): void {
    try {
      this.settle(call());
    } catch (error) {
      this.report(error);
    }
  }

  /** A hook that is an async function fails later. */
  settle(result: unknown): void {
    if (result instanceof Promise) result.catch((error: unknown) => this.report(error));
  }

  report(error: unknown): void {
    this.errors++;
    if (this.errors > 1) return;
    const what = `A lock observer threw and was ignored (said once, counted in snapshot().observerErrors): ${print(error)}`;
    process.emitWarning(what, { type: 'LockmeterWarning', code: 'LOCKMETER_OBSERVER_THREW' });
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

function describeAttempt(lock: LockState, label: string | undefined, timeout: number | undefined): LockAttempt {
  const owner = lock.current();
  const { name, key, depth: queueDepth, holder: blocker, stats } = owner;
  // What a lock in memory has not: a name at an engine.
  const atDriver = 'resource' in owner;
  const contended = blocker !== undefined && !atDriver;
  return { lock: name, key, backend: stats.backend, atDriver, contended, queueDepth, blocker, timeout, label, owner };
}
