/**
 * The locks behind one set of numbers: the one without a key, which stays, and those with keys, which live only while
 * they are in use.
 *
 * Invariant: `used` holds exactly the locks that are held or awaited (in memory a lock that is awaited is held), and those whose
 * lost holders still owe a `release()`; so a million keys that were used once leave nothing behind, and there is never more
 * than one live lock for a key.
 *
 * The family of the names beyond the name limit is shared by them all: there, even a lock without a key lives only while
 * it is in use, in a slot that is made of name and key.
 */
import type { LockDriver } from './drivers/driver.js';
import { LeasedLock } from './drivers/leased-lock.js';
import type { LockLostError } from './errors.js';
import { Lock } from './lock.js';
import type { LockHome, Nesting } from './lock-home.js';
import type { LockState } from './lock-state.js';
import type { LockOptions } from './options.js';
import type { LockStats } from './stats.js';
import { OVERFLOW_NAME } from './stats-registry.js';

/** What a manager tells all its families. */
export interface FamilySettings extends LockOptions {
  readonly timeout?: number | undefined;
  readonly nesting: Nesting | undefined;
  /** Where the locks are; in this process without one. */
  driver: LockDriver | undefined;
  readonly storeTraceparent: boolean;
  closed: boolean;
  /** A lock became idle after the manager was closed. */
  idle(): void;
  lost(error: LockLostError): void;
}

const SEPARATOR = '/';

export class LockFamily implements LockHome {
  private readonly used = new Map<string, Lock>();
  private unkeyed: Lock | undefined;
  private readonly shared: boolean;

  constructor(
    private readonly settings: FamilySettings,
    private readonly stats: LockStats,
  ) {
    this.shared = stats.name === OVERFLOW_NAME;
  }

  get closed(): boolean {
    return this.settings.closed;
  }

  get plain(): boolean {
    const { closed, timeout, nesting } = this.settings;
    return !closed && timeout === undefined && nesting?.throws !== true;
  }

  get timeout(): number | undefined {
    return this.settings.timeout;
  }

  get nesting(): Nesting | undefined {
    return this.settings.nesting;
  }

  get storeTraceparent(): boolean {
    return this.settings.storeTraceparent;
  }

  lost(error: LockLostError): void {
    this.settings.lost(error);
  }

  /** The lock that is in use for this name and key, or an idle one. */
  lock(name: string, key: string | undefined): Lock {
    if (key === undefined && !this.shared) {
      this.unkeyed ??= this.make(name, undefined);
      return this.unkeyed;
    }
    const slot = this.slotOf(name, key);
    return this.used.get(slot) ?? this.make(name, slot);
  }

  inUse(slot: string): Lock | undefined {
    return this.used.get(slot);
  }

  attach(slot: string | undefined, lock: LockState): void {
    if (slot !== undefined) this.used.set(slot, lock as Lock);
  }

  detach(slot: string | undefined): void {
    if (slot !== undefined) this.used.delete(slot);
    this.idle();
  }

  idle(): void {
    if (this.settings.closed) this.settings.idle();
  }

  keyOf(name: string, slot: string): string | undefined {
    if (!this.shared) return slot;
    const { length } = this.slotOf(name, undefined);
    return slot.length === length ? undefined : slot.slice(length + SEPARATOR.length);
  }

  /** The locks that are held or awaited now. */
  *inUseNow(): IterableIterator<Lock> {
    if (this.unkeyed?.used) yield this.unkeyed;
    for (const lock of this.used.values()) if (lock.used) yield lock;
  }

  /** In a shared family the name's length comes first: whatever characters are in names and keys, no two slots are alike. */
  private slotOf(name: string, key: string | undefined): string {
    if (!this.shared) return key!;
    const prefix = `${name.length}:${name}`;
    return key === undefined ? prefix : prefix + SEPARATOR + key;
  }

  private make(name: string, slot: string | undefined): Lock {
    const { settings, stats } = this;
    return settings.driver === undefined
      ? new Lock(name, settings, stats, this, slot)
      : new LeasedLock(name, settings, stats, this, slot, settings.driver);
  }
}
