/**
 * One lock as everybody sees it: what the engine says of a lock at a driver, and what this process knows of one in memory.
 */
import { now } from './clock.js';
import type { DriverState, HolderInfo, LockDriver } from './drivers/driver.js';
import type { LeasedLock } from './drivers/leased-lock.js';
import { holderInfo } from './drivers/this-process.js';
import type { Lock } from './lock.js';
import type { Backend } from './stats.js';

/** Somebody who holds a lock, or waits for it. Times in milliseconds. */
export interface InspectedProcess extends HolderInfo {
  /** How long it has been holding, or waiting; `undefined` where the engine does not say. */
  readonly age?: number;
}

/** Who holds a lock. Times in milliseconds. */
export interface InspectedHolder extends InspectedProcess {
  /** Its digits, for JSON has no number for it; `undefined` for a lock in memory. */
  readonly fencingToken?: string;
  /** Until its lease ends, if it is not renewed; `undefined` without leases. */
  readonly leaseLeft?: number;
}

/**
 * What `LockManager.inspect()` resolves to.
 *
 * @example
 * const { locked, holder, next }: LockInspection = await locks.inspect('inventory');
 */
export interface LockInspection {
  readonly lock: string;
  readonly key: string | undefined;
  readonly backend: Backend;
  readonly locked: boolean;
  /** Waiters of all processes, the holder not counted. */
  readonly queueDepth: number;
  readonly holder: InspectedHolder | undefined;
  /** The next waiters in the order of their turns, ten at most. */
  readonly next: readonly InspectedProcess[];
}

/** How many waiters an inspection names. */
const NEXT = 10;

export async function inspectLock(lock: Lock, driver: LockDriver | undefined): Promise<LockInspection> {
  const { name, key, stats } = lock;
  const state =
    driver === undefined ? inMemory(lock) : asInspected(await driver.inspect((lock as LeasedLock).resource));
  return { lock: name, key, backend: stats.backend, ...state };
}

type Inspected = Omit<LockInspection, 'lock' | 'key' | 'backend'>;

function asInspected({ locked, queueDepth, holder, next }: DriverState): Inspected {
  return { locked, queueDepth, holder: holder && { ...holder, fencingToken: String(holder.fencingToken) }, next };
}

function inMemory(lock: Lock): Inspected {
  const time = now();
  const { holder, since, depth: queueDepth } = lock.current();
  const next: InspectedProcess[] = [];
  for (const waiter of lock.current().waiters()) {
    if (next.length === NEXT) break;
    next.push({ ...holderInfo(waiter.label), age: waiter.age });
  }
  return {
    locked: holder !== undefined,
    queueDepth,
    holder: holder && { ...holderInfo(holder.label), age: time - since },
    next,
  };
}
