/**
 * What a lock asks of the manager it belongs to. An interface of its own, so that the lock does not know the manager.
 */
import type { LockState } from './lock-state.js';

export interface LockHome {
  /** Takes no new attempts. */
  readonly closed: boolean;
  /** Open, and without a default for attempts: there is nothing to ask it. */
  readonly plain: boolean;
  /** The default for attempts that give none, in milliseconds. */
  readonly timeout: number | undefined;
  /** The lock that is held or awaited in this slot, if any. */
  inUse(slot: string): LockState | undefined;
  /** A lock came into use. */
  attach(slot: string | undefined, lock: LockState): void;
  /** It is idle: nothing of it is kept. */
  detach(slot: string | undefined): void;
  /** The key that `slot` stands for. */
  keyOf(name: string, slot: string): string | undefined;
}
