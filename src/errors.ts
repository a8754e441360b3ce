/**
 * The errors of this package: one class and one `code` per thing that can go wrong, and a message that says who holds
 * the lock, for how long, and how many wait.
 */
import { type Deadlock, describeDeadlock } from './deadlock/deadlock.js';
import type { LeaseLoss, LossCause } from './drivers/driver.js';
import { describe, LockError, type LockSituation, title } from './lock-error.js';

export { LockError, type LockSituation } from './lock-error.js';

/**
 * The `timeout` of an attempt passed before its turn came. The attempt has left the queue and its body will not run.
 *
 * @example
 * await lock.run(charge, { timeout: 250 }).catch((error) => {
 *   if (error instanceof LockTimeoutError) return retryLater(error.queueDepth);
 *   throw error;
 * });
 */
export class LockTimeoutError extends LockError {
  protected static override readonly kind = 'LockTimeoutError';
  readonly code = 'ERR_LOCK_TIMEOUT';
  /** The timeout that passed, in milliseconds. */
  readonly timeout: number;
  /** The circle of holders that it was waiting in, or for one of, where there was one: waiting longer would not have helped. */
  readonly deadlock: Deadlock | undefined;

  constructor(situation: LockSituation, timeout: number, deadlock?: Deadlock) {
    const circle = deadlock === undefined ? '' : `. Deadlock: ${describeDeadlock(deadlock)}`;
    super(
      'LockTimeoutError',
      `${title(situation)} ${timeout === 0 ? 'is not free, and the attempt was not to wait' : `was not acquired within ${timeout} ms`}: ${describe(situation)}${circle}`,
      situation,
    );
    this.timeout = timeout;
    this.deadlock = deadlock;
  }
}

/**
 * As many as `maxQueue` allows were waiting already. Nothing was queued.
 *
 * @example
 * if (error instanceof LockQueueFullError) response.status(503).send('busy, try again');
 */
export class LockQueueFullError extends LockError {
  protected static override readonly kind = 'LockQueueFullError';
  readonly code = 'ERR_LOCK_QUEUE_FULL';
  /** The limit that was reached. */
  readonly maxQueue: number;

  constructor(situation: LockSituation, maxQueue: number) {
    super(
      'LockQueueFullError',
      `${title(situation)} refuses to queue more than ${maxQueue}: ${describe(situation)}`,
      situation,
    );
    this.maxQueue = maxQueue;
  }
}

/**
 * `release()` of a lock that nobody holds: asyncio's `RuntimeError('Lock is not acquired.')`.
 *
 * @example
 * new Lock('inventory').release(); // throws LockNotHeldError
 */
export class LockNotHeldError extends LockError {
  protected static override readonly kind = 'LockNotHeldError';
  readonly code = 'ERR_LOCK_NOT_HELD';

  constructor(situation: LockSituation) {
    super(
      'LockNotHeldError',
      `${title(situation)} is not held, so it cannot be released. Prefer run() or hold(), which release exactly once`,
      situation,
    );
  }
}

/**
 * The manager was closed: it takes no new attempts, and with `close({ reject: true })` it fails those that wait.
 *
 * @example
 * await locks.close();
 * await locks.run('inventory', reserve); // rejects with LockClosedError
 */
export class LockClosedError extends LockError {
  protected static override readonly kind = 'LockClosedError';
  readonly code = 'ERR_LOCK_CLOSED';

  constructor(situation: LockSituation) {
    super(
      'LockClosedError',
      `${title(situation)} was not acquired: its manager is closed, the process is probably shutting down`,
      situation,
    );
  }
}

/**
 * The attempt was in a circle of holders that wait for one another, and was chosen to give way (`deadlocks: 'throw'`). Its body
 * has not run; when this error leaves the bodies that it was made in, their locks are released and the others go on.
 *
 * @example
 * await locks.run('a', () => locks.run('a', again)); // rejects with LockDeadlockError: "a" is not reentrant
 */
export class LockDeadlockError extends LockError {
  protected static override readonly kind = 'LockDeadlockError';
  readonly code = 'ERR_LOCK_DEADLOCK';
  /** The circle. */
  readonly deadlock: Deadlock;

  constructor(situation: LockSituation, deadlock: Deadlock) {
    const advice =
      deadlock.members.length === 1
        ? 'A lock is not reentrant: call a function that does the work without taking it'
        : 'Take locks in one order, as runAll() does';
    super(
      'LockDeadlockError',
      `${title(situation)} would never be acquired: ${describeDeadlock(deadlock)}. ${advice}`,
      situation,
    );
    this.deadlock = deadlock;
  }
}

/**
 * The lock was lost while it was held: its lease could not be renewed in time, or the engine gave it to somebody else. It is the
 * reason of `hold.signal`; whoever goes on regardless is not alone any more, and has only its fencing token to be told by. An
 * attempt that lost the lock before its body could begin rejects with it, and the body has not run.
 *
 * @example
 * await locks.run('inventory', async (hold) => {
 *   const stock = await read(sku);
 *   hold.signal.throwIfAborted(); // throws LockLostError
 *   await write(sku, stock - 1, hold.fencingToken);
 * });
 */
export class LockLostError extends LockError {
  protected static override readonly kind = 'LockLostError';
  readonly code = 'ERR_LOCK_LOST';
  /** Why it was lost. */
  readonly reason: LossCause;
  /** How long it had been held, in milliseconds. */
  readonly held: number;
  /** How long at least this process's event loop had stood still shortly before, in milliseconds, where that is what broke the lease. */
  readonly stalled: number | undefined;

  constructor(situation: LockSituation, { cause, stalled, error }: LeaseLoss, held: number) {
    const stood =
      stalled === undefined
        ? ''
        : `. The event loop of this process stood still for ${Math.round(stalled)} ms at least`;
    const last = error === undefined ? '' : `. The last error was: ${error.message}`;
    super(
      'LockLostError',
      `${title(situation)} was lost after ${Math.round(held)} ms: ${LOSSES[cause]}${stood}${last}`,
      situation,
      error,
    );
    this.reason = cause;
    this.held = held;
    this.stalled = stalled;
  }
}

const LOSSES: Readonly<Record<LossCause, string>> = {
  'lease-deadline': 'its lease was not renewed in time',
  taken: 'the engine says that it is not ours any more',
  session: 'the session with the engine ended',
  'max-hold': 'it was held for longer than maxHold allows',
  closed: 'its driver was closed',
};

/**
 * The engine that keeps the lock could not be asked: it was never reached, or it refuses this client. Its body has not run. An
 * engine that is down for a while is no such error: attempts wait, as long as their `timeout` allows.
 *
 * @example
 * if (error instanceof LockEngineError) log.fatal(error.message, error.cause);
 */
export class LockEngineError extends LockError {
  protected static override readonly kind = 'LockEngineError';
  readonly code = 'ERR_LOCK_ENGINE';

  constructor(situation: LockSituation, backend: string, cause: Error) {
    super('LockEngineError', `${title(situation)} was not acquired, ${backend} failed: ${cause.message}`, {
      ...situation,
      engineError: cause,
    });
  }
}
