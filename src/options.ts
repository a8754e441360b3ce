/**
 * The options of the public functions and their checks. Bad input is an error that names the option and the value, and
 * it is thrown before any state changes.
 */

/** How one attempt to get a lock may end early, and who makes it. */
export interface AcquireOptions {
  /**
   * Milliseconds to wait at most, then the attempt rejects with `LockTimeoutError`. `0` does not wait at all,
   * `Infinity` (the default) waits as long as it takes. It limits the *wait*; a hold is never cut short.
   */
  timeout?: number;
  /** Aborting it takes the waiter out of the queue; the attempt rejects with `signal.reason`. */
  signal?: AbortSignal;
  /** Who asks. It is shown as the holder in errors, snapshots and spans. Never a metric label. */
  label?: string;
  /** Reject with `LockQueueFullError` when this many wait already. Default: the lock's own `maxQueue`. */
  maxQueue?: number;
}

/** The options of a lock. */
export interface LockOptions {
  /** The longest line it allows, the holder not counted. Default: `Infinity`. */
  maxQueue?: number;
}

/** What a key may be. `7` and `'7'` are the same key. */
export type LockKey = string | number;

/** The longest delay that a timer of the platform takes: 2^31 - 1 ms, 24.8 days. */
const MAX_TIMER_DELAY = 2_147_483_647;

/** An acquire's timeout and queue limit, checked. */
export function checkAcquireOptions(options: AcquireOptions): void {
  checkOptions(options);
  const { timeout, signal, label, maxQueue } = options;
  if (timeout !== undefined) checkTimeout(timeout);
  if (signal !== undefined && !isAbortSignal(signal))
    throw new TypeError(`signal must be an AbortSignal, got ${show(signal)}`);
  if (label !== undefined && typeof label !== 'string')
    throw new TypeError(`label must be a string, got ${show(label)}`);
  if (maxQueue !== undefined) checkMaxQueue(maxQueue);
}

export function checkOptions(options: unknown): asserts options is object {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(`options must be an object, got ${show(options)}`);
}

/**
 * Options with a name that is not known are a mistake that would silently change nothing: `{ keys: id }` is one lock for all.
 * For what is made once, not for each attempt.
 */
export function checkNoOthers(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const meant = known.find((each) => looksLike(each, name));
    const advice = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${show(meant)}?`;
    throw new TypeError(`unknown option ${show(name)}: ${advice}`);
  }
}

/** Whether one is the other but for case, or a letter or two too many, missing or wrong. */
function looksLike(known: string, given: string): boolean {
  const [a, b] = [known.toLowerCase(), given.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]! <= Math.min(2, a.length - 1);
}

export function checkOneOf(value: unknown, choices: readonly string[], option: string): void {
  if (choices.includes(value as string)) return;
  throw new TypeError(`${option} must be ${choices.map(show).join(' or ')}, got ${show(value)}`);
}

export function checkTimeout(timeout: unknown, option = 'timeout'): asserts timeout is number {
  if (typeof timeout !== 'number')
    throw new TypeError(`${option} must be a number of milliseconds, got ${show(timeout)}`);
  if (timeout === Infinity || (timeout >= 0 && timeout <= MAX_TIMER_DELAY)) return;
  throw new RangeError(`${option} must be from 0 to ${MAX_TIMER_DELAY} ms, or Infinity, got ${show(timeout)}`);
}

export function checkMaxQueue(maxQueue: unknown): asserts maxQueue is number {
  if (typeof maxQueue !== 'number') throw new TypeError(`maxQueue must be a number, got ${show(maxQueue)}`);
  if (maxQueue === Infinity || (Number.isInteger(maxQueue) && maxQueue >= 0)) return;
  throw new RangeError(`maxQueue must be a whole number from 0, or Infinity, got ${show(maxQueue)}`);
}

export function checkName(name: unknown): asserts name is string {
  if (typeof name !== 'string') throw new TypeError(`name must be a string, got ${show(name)}`);
  if (name === '') throw new TypeError('name must not be empty');
}

/**
 * A key as it is kept: numbers become their decimal string, so that `7` from the database and `'7'` from a path
 * parameter are one key. A missing key is an error, for it would silently be one lock for all.
 */
export function checkKey(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  throw new TypeError(`key must be a string or a finite number, got ${show(key)}`);
}

/** `Array.isArray`, which does not tell a read-only array from the rest. */
export function isList<T>(value: unknown | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

export function checkBody(body: unknown, option = 'fn'): asserts body is (...args: never[]) => unknown {
  if (typeof body !== 'function') throw new TypeError(`${option} must be a function, got ${show(body)}`);
}

function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null || !('aborted' in value)) return false;
  const { addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return typeof addEventListener === 'function' && typeof removeEventListener === 'function';
}

/** Not `instanceof`: an ESM and a CommonJS copy of the package have a class each. */
export function checkManager(manager: unknown): void {
  if (typeof (manager as { lock?: unknown } | null | undefined)?.lock === 'function') return;
  throw new TypeError(`manager must be a LockManager, got ${show(manager)}`);
}

/** A value as it may stand in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value);
  return String(value);
}
