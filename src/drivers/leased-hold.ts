/**
 * A hold whose lock is at a driver. It is also the attempt that the driver works for, from the question to the release:
 *
 *     asked ──> queued ──> granted ──> released
 *       └──────────┴──> gave up   └──> lost
 *
 * Invariant: whoever reads that it is still held, by its signal, reads the clock.
 */

import type { AttemptContext } from '../attempt-context.js';
import type { BackendResult } from '../backend-stats.js';
import { now } from '../clock.js';
import type { LockLostError } from '../errors.js';
import { Hold } from '../hold.js';
import type {
  DriverAttempt,
  DriverGrant,
  DriverRefusal,
  HolderInfo,
  LeaseLoss,
  PendingGrant,
  QueuePlace,
} from './driver.js';
import { leaseSignal } from './lease-signal.js';
import type { LeasedLock } from './leased-lock.js';
import { holderInfo } from './this-process.js';

export class LeasedHold extends Hold implements DriverAttempt {
  /** What it asked for, while it waits. */
  pending: PendingGrant | undefined = undefined;
  /** What it has, once it was granted. */
  grant: DriverGrant | undefined = undefined;
  /** Where it stood in the engine's queue when that was last heard of. */
  place: QueuePlace | undefined = undefined;
  /** When that was. */
  heard = 0;
  private hasQueued = false;
  /** Whether `Lock.release()` is to end it, and not its own `release()`. */
  bare = false;
  /** Its release, once that is on its way. */
  over: Promise<void> | undefined = undefined;
  /** What became of it when it was lost. */
  loss: LockLostError | undefined = undefined;
  private control: AbortController | undefined = undefined;

  declare readonly owner: LeasedLock;

  constructor(
    owner: LeasedLock,
    context: AttemptContext | undefined,
    readonly maxQueue: number | undefined,
  ) {
    super(owner, now(), context);
  }

  /** Whether it queues. */
  get wait(): boolean {
    return this.context?.timeout !== 0;
  }

  get info(): HolderInfo {
    return holderInfo(this.label);
  }

  override get contended(): boolean {
    return this.hasQueued;
  }

  override get fencingToken(): bigint | undefined {
    return this.grant?.fencingToken;
  }

  override get signal(): AbortSignal {
    if (this.control === undefined) {
      this.control = leaseSignal(() => this.look());
      if (this.loss !== undefined) this.control.abort(this.loss);
    }
    this.look();
    return this.control.signal;
  }

  queued(place: QueuePlace): void {
    this.hear(place);
    this.hasQueued = true;
    this.context?.following?.queued(place);
  }

  granted(grant: DriverGrant): void {
    this.owner.granted(this, grant);
  }

  refused(refusal: DriverRefusal): void {
    this.owner.refused(this, refusal);
  }

  failed(error: Error): void {
    this.owner.failed(this, error);
  }

  /** The engine said who is in its way. */
  hear(place: QueuePlace): void {
    this.place = place;
    this.heard = now();
  }

  renewed(result: BackendResult): void {
    this.owner.stats.leaseRenewals[result]++;
    this.context?.following?.renewed(result);
  }

  lost(loss: LeaseLoss): void {
    this.owner.lose(this, loss);
  }

  /** @param error What its signal says from now on. */
  abort(error: LockLostError): void {
    this.loss = error;
    this.control?.abort(error);
  }

  /** Tells those who wait behind it which span it is, if its manager wants that. */
  share(traceparent: string): void {
    if (this.owner.home.storeTraceparent) this.grant?.describe?.(holderInfo(this.label, traceparent));
  }

  /** Gives the lock back to the engine. */
  giveBack(): void {
    this.over = this.grant!.release().then(() => undefined);
  }

  /** Told by the driver, if it is lost by now, before this returns. */
  private look(): void {
    if (this.owner.holder === this) this.grant?.isValid();
  }
}
