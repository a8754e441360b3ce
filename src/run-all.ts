/**
 * Several locks at once, all or nothing.
 *
 * Invariants: they are always taken in one order, the same for everybody, so callers that name the same locks in different
 * orders cannot wait for one another; the body runs with all of them or not at all; and what was taken is released, last
 * first, when the body ends or one of them cannot be had in time.
 */
import { now } from './clock.js';
import { LockTimeoutError } from './errors.js';
import type { Hold } from './hold.js';
import type { Lock } from './lock.js';
import { type AcquireOptions, checkKey, checkName, type LockKey, show } from './options.js';

/**
 * One of several locks: its name, or its name and key.
 *
 * @example
 * const wanted: WantedLock[] = ['ledger', ['account', from], ['account', to]];
 */
export type WantedLock = string | readonly [name: string, key: LockKey];

/** A lock of the list, and where the list has it. */
interface Place {
  readonly name: string;
  readonly key: string | undefined;
  readonly indexes: number[];
}

/** Free locks that are taken without a break: each is the body of the one before, and the stack is not endless. */
const STRIDE = 64;

/** @param lockOf Gives the lock of a checked name and key. */
export function runAll<T>(
  wanted: readonly WantedLock[],
  fn: (holds: readonly Hold[]) => T | PromiseLike<T>,
  options: AcquireOptions,
  lockOf: (name: string, key: string | undefined) => Lock,
): Promise<T> {
  const locks = inOrder(wanted).map(({ name, key, indexes }) => ({ lock: lockOf(name, key), indexes }));
  const { timeout } = options;
  const deadline = timeout === undefined ? Infinity : now() + timeout;
  const holds: Hold[] = new Array(wanted.length);
  let entered = false;
  const from = async (place: number): Promise<T> => {
    const next = locks[place];
    if (next === undefined) {
      entered = true;
      return fn(Object.freeze(holds));
    }
    if (place % STRIDE === STRIDE - 1) await undefined;
    return next.lock.run(
      (hold) => {
        for (const index of next.indexes) holds[index] = hold;
        return from(place + 1);
      },
      timeout ? { ...options, timeout: remaining(deadline) } : options,
    );
  };
  return from(0).catch((error: unknown) => {
    // What was left of the time is not what the caller gave.
    if (entered || !timeout || !(error instanceof LockTimeoutError)) throw error;
    throw new LockTimeoutError(error, timeout, error.deadlock);
  });
}

/** Never 0, which would mean not to wait at all. */
function remaining(deadline: number): number {
  return Math.max(1, deadline - now());
}

/** Each lock once, by name and then by key, whatever order they were named in. */
function inOrder(wanted: readonly WantedLock[]): Place[] {
  if (!Array.isArray(wanted)) throw new TypeError(`wanted must be an array of [name, key], got ${show(wanted)}`);
  const places = new Map<string, Place>();
  for (const [index, each] of wanted.entries()) {
    const place = placeOf(each, index);
    const slot = JSON.stringify([place.name, place.key]);
    const known = places.get(slot);
    if (known === undefined) places.set(slot, place);
    else known.indexes.push(index);
  }
  return Array.from(places.values()).sort((a, b) => compare(a.name, b.name) || compare(a.key, b.key));
}

function placeOf(wanted: unknown, index: number): Place {
  if (typeof wanted !== 'string' && !Array.isArray(wanted)) {
    throw new TypeError(`wanted[${index}] must be a name or [name, key], got ${show(wanted)}`);
  }
  const [name, ...key]: unknown[] = typeof wanted === 'string' ? [wanted] : wanted;
  checkName(name);
  if (typeof wanted === 'string') return { name, key: undefined, indexes: [index] };
  if (key.length === 1) return { name, key: checkKey(key[0]), indexes: [index] };
  throw new TypeError(`wanted[${index}] must be a name or [name, key], got an array of ${key.length + 1}`);
}

/** By code units, which is the same in every process and locale; a lock without a key before those with one. */
function compare(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}
