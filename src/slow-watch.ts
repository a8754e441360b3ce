/**
 * Slow waits and stuck holders, said while they last. Numbers wait to be scraped and spans to end; this calls somebody when
 * a lock is stuck now.
 *
 * It looks from the process's one timer, and only at heads: the oldest hold of a name, the first waiter of a lock. Nothing
 * is told to it, so a lock that nobody is stuck behind pays nothing for being watched.
 *
 * Invariant: a name is said once per `SAID_AGAIN_AFTER` and kind, at most, and what a callback throws reaches nobody.
 */
import { now } from './clock.js';
import type { Deadlock } from './deadlock/deadlock.js';
import type { LockLostError, LockSituation } from './errors.js';
import type { Lock } from './lock.js';
import { checkBody, checkNoOthers, checkOptions, checkTimeout } from './options.js';
import type { Backend, LockStats } from './stats.js';
import type { StatsRegistry } from './stats-registry.js';
import { onTick, TICK } from './ticker.js';

/** Milliseconds that a name is not said again of. */
export const SAID_AGAIN_AFTER = 10_000;

/** Milliseconds after which a wait is slow. */
export const SLOW_WAIT = 1_000;
const SLOW_HOLD = 10_000;
const FASTEST_LOOK = 10;

/** A lock that has been held for too long, at the moment it is said. Times in milliseconds. */
export interface SlowHold extends LockSituation {
  readonly backend: Backend;
  readonly holderAge: number;
}

/** A lock whose first waiter has waited for too long, at the moment it is said. Times in milliseconds. */
export interface SlowWait extends SlowHold {
  /** How long the oldest waiter has been waiting. */
  readonly waited: number;
  /** Who that is, when its attempt gave a label. */
  readonly waiterLabel: string | undefined;
}

/** The options of `LockManager.watch`: at least one of the functions. */
export interface WatchOptions {
  /** Called while somebody waits for longer than `slowWait`. */
  onSlowWait?: (slow: SlowWait) => void;
  /** Called while a hold lasts for longer than `slowHold`. */
  onSlowHold?: (slow: SlowHold) => void;
  /** Called at once when holders are found to wait for one another in a circle; see `LockManagerOptions.deadlocks`. */
  onDeadlock?: (deadlock: Deadlock) => void;
  /** Called at once when a lock was lost while it was held, see `LockLostError`. */
  onLeaseLost?: (error: LockLostError) => void;
  /** Milliseconds. Default: 1 000. */
  slowWait?: number;
  /** Milliseconds. Default: 10 000. */
  slowHold?: number;
}

const OPTIONS = ['onSlowWait', 'onSlowHold', 'onDeadlock', 'onLeaseLost', 'slowWait', 'slowHold'];

/** The worst lock of a name, and the time that makes it so. */
interface Worst {
  readonly lock: Lock;
  readonly age: number;
  /** Of the waiter, when that is what is slow. */
  readonly label?: string | undefined;
}

/** One kind of slowness, and who wants to know of it. */
interface Kind {
  readonly threshold: number;
  readonly worst: (stats: LockStats, time: number) => Worst | undefined;
  readonly tell: (worst: Worst) => unknown;
  /** When each name was said last. */
  readonly said: WeakMap<LockStats, number>;
}

/** All that can be watched of a registry's locks, until the function that is returned is called. */
export function watchAll(registry: StatsRegistry, options: WatchOptions): () => void {
  const stops = [startWatch(() => [registry], options)];
  const { onDeadlock, onLeaseLost } = options;
  if (onDeadlock !== undefined) stops.push(registry.onDeadlock.add(onDeadlock));
  if (onLeaseLost !== undefined) stops.push(registry.onLeaseLost.add(onLeaseLost));
  return () => {
    for (const stop of stops) stop();
  };
}

/** Watches for slowness in the locks of `registries` until the function that is returned is called. */
export function startWatch(registries: () => Iterable<StatsRegistry>, options: WatchOptions): () => void {
  const kinds = kindsOf(options);
  if (kinds.length === 0) return () => undefined;
  const soonest = Math.min(...kinds.map(({ threshold }) => threshold));
  const look = (): void => {
    const time = now();
    for (const registry of registries()) {
      for (const stats of registry.all()) for (const kind of kinds) lookAt(stats, kind, time);
    }
  };
  return onTick(look, Math.min(TICK, Math.max(FASTEST_LOOK, soonest / 2)));
}

function kindsOf(options: WatchOptions): Kind[] {
  checkOptions(options);
  checkNoOthers(options, OPTIONS);
  const { onSlowWait, onSlowHold, onDeadlock, onLeaseLost, slowWait = SLOW_WAIT, slowHold = SLOW_HOLD } = options;
  checkTimeout(slowWait, 'slowWait');
  checkTimeout(slowHold, 'slowHold');
  const kinds: Kind[] = [];
  if (onSlowWait !== undefined) {
    checkBody(onSlowWait, 'onSlowWait');
    const tell = ({ lock, age: waited, label: waiterLabel }: Worst): unknown =>
      onSlowWait(Object.freeze({ ...describe(lock), waited, waiterLabel }));
    kinds.push({ threshold: slowWait, worst: longestWait, tell, said: new WeakMap() });
  }
  if (onSlowHold !== undefined) {
    checkBody(onSlowHold, 'onSlowHold');
    const tell = ({ lock }: Worst): unknown => onSlowHold(Object.freeze(describe(lock)));
    kinds.push({ threshold: slowHold, worst: oldestHold, tell, said: new WeakMap() });
  }
  if (onDeadlock !== undefined) checkBody(onDeadlock, 'onDeadlock');
  if (onLeaseLost !== undefined) checkBody(onLeaseLost, 'onLeaseLost');
  if (kinds.length === 0 && onDeadlock === undefined && onLeaseLost === undefined) {
    throw new TypeError('onSlowWait, onSlowHold, onDeadlock or onLeaseLost must be given');
  }
  return kinds;
}

function lookAt(stats: LockStats, { threshold, worst, tell, said }: Kind, time: number): void {
  const last = said.get(stats);
  if (last !== undefined && time - last < SAID_AGAIN_AFTER) return;
  const found = worst(stats, time);
  if (found === undefined || found.age < threshold) return;
  said.set(stats, time);
  stats.observers.guard(() => tell(found));
}

function oldestHold(stats: LockStats, time: number): Worst | undefined {
  for (const lock of stats.heldLocks()) return { lock: lock as Lock, age: time - lock.since };
  return undefined;
}

function longestWait(stats: LockStats, time: number): Worst | undefined {
  let worst: Worst | undefined;
  for (const lock of stats.awaitedLocks()) {
    const [first] = lock.waiters();
    const age = time - first!.time;
    if (worst === undefined || age > worst.age) worst = { lock: lock as Lock, age, label: first!.label };
  }
  return worst;
}

function describe(lock: Lock): SlowHold {
  const { holderAge = 0, ...situation } = lock.situation();
  return { ...situation, backend: lock.stats.backend, holderAge };
}
