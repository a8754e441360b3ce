/**
 * What the errors of a lock have in common, and how they tell what it looked like.
 *
 * Invariant: `instanceof` works across copies of the package. An ESM and a CommonJS copy in one process have classes of
 * their own but the same brands (`Symbol.for`), so an error thrown by one is recognised by the other.
 */

/** What a lock looked like when an attempt failed. Ages in milliseconds. */
export interface LockSituation {
  readonly lock: string;
  readonly key: string | undefined;
  /** Waiters, the holder not counted. */
  readonly queueDepth: number;
  /** The holder's label, when it gave one. */
  readonly holderLabel: string | undefined;
  /** How long the current hold lasts, or `undefined` when nobody holds. */
  readonly holderAge: number | undefined;
  /** The host and process id of the holder when it is another process: `api-1:4242`. */
  readonly holderProcess?: string | undefined;
  /** Waiters ahead of the attempt at the engine that keeps the lock, as far as that said. */
  readonly ahead?: number | undefined;
  /** Whether that has not said yet whether anybody holds. */
  readonly untold?: boolean | undefined;
  /** Why that engine does not answer. */
  readonly engineError?: Error | undefined;
}

function brandOf(kind: string): symbol {
  return Symbol.for(`lockmeter.error.${kind}`);
}

/**
 * What all errors of a lock have in common.
 *
 * @example
 * catch (error) {
 *   if (error instanceof LockError) log.warn({ code: error.code, lock: error.lock }, error.message);
 * }
 */
export abstract class LockError extends Error {
  /** One of the `ERR_LOCK_…` codes. See `docs/errors.md`. */
  abstract readonly code: string;
  readonly lock: string;
  readonly key: string | undefined;
  /** Waiters at that moment, the holder not counted. */
  readonly queueDepth: number;
  /** The holder's label at that moment, when it gave one. */
  readonly holderLabel: string | undefined;
  /** How long the holder had held, in milliseconds; `undefined` when nobody held. */
  readonly holderAge: number | undefined;
  /** The host and process id of the holder when it was another process: `api-1:4242`. */
  readonly holderProcess: string | undefined;
  /** For a lock at a driver: how many were ahead of the attempt at the engine, those of other processes too. */
  readonly ahead: number | undefined;
  /** For a lock at a driver: whether the engine had not said yet whether anybody held it. */
  readonly untold: boolean | undefined;
  /** For a lock at a driver: why the engine did not answer at that moment; `undefined` when it did. Also the `cause`. */
  readonly engineError: Error | undefined;

  /** Which brand `instanceof` looks for. A class of a user's own, derived from one of these, has none and is told by its prototype. */
  protected static readonly kind: string = 'LockError';

  constructor(kind: string, message: string, situation: LockSituation, cause = situation.engineError) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = kind;
    this.lock = situation.lock;
    this.key = situation.key;
    this.queueDepth = situation.queueDepth;
    this.holderLabel = situation.holderLabel;
    this.holderAge = situation.holderAge;
    this.holderProcess = situation.holderProcess;
    this.ahead = situation.ahead;
    this.untold = situation.untold;
    this.engineError = situation.engineError;
    for (const brand of ['LockError', kind]) Object.defineProperty(this, brandOf(brand), { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && brandOf(this.kind) in value;
  }
}

/** How messages begin. */
export function title({ lock, key }: LockSituation): string {
  return key === undefined ? `Lock "${lock}"` : `Lock "${lock}" (key "${key}")`;
}

/** How the lock was, as messages say it. */
export function describe({
  holderLabel,
  holderAge,
  holderProcess,
  queueDepth,
  ahead,
  untold,
  engineError,
}: LockSituation): string {
  const place = holderProcess === undefined ? '' : ` (${holderProcess})`;
  const holder =
    holderAge === undefined
      ? untold
        ? 'the engine has not said who holds it'
        : 'nobody holds it'
      : `held by ${holderLabel === undefined ? 'an unlabelled holder' : `"${holderLabel}"`}${place} for ${Math.round(holderAge)} ms`;
  const waiting = ahead === undefined && !untold ? `${queueDepth} waiting` : `${queueDepth} waiting in this process`;
  const queue = ahead === undefined ? waiting : `${ahead} ahead, ${waiting}`;
  return `${holder}, ${queue}${engineError === undefined ? '' : `. The engine does not answer: ${engineError.message}`}`;
}
