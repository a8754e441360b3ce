/**
 * An attempt of the suite: it notes what it is told, and complains of what it must not be told.
 *
 * Invariant: it knows whether it may hold *now*: not after it was cancelled, released or lost, however late the answer is.
 */
import { fail } from 'node:assert/strict';
import type { BackendResult } from '../../backend-stats.js';
import type {
  DriverAttempt,
  DriverGrant,
  DriverRefusal,
  HolderInfo,
  LeaseLoss,
  LockDriver,
  PendingGrant,
  QueuePlace,
  ReleaseResult,
} from '../driver.js';
import type { Patience } from './patience.js';

/** How it asks; in line, without a limit, unless told. */
export interface Asking {
  readonly wait?: boolean;
  readonly maxQueue?: number;
  readonly info?: HolderInfo;
}

/** Whom it tells. */
export interface Watcher {
  readonly patience: Patience;
  /** A rule was broken. */
  complain(complaint: string): void;
  /** It was granted, and may hold. */
  entered(asked: Asked, grant: DriverGrant): void;
}

export class Asked implements DriverAttempt {
  readonly wait: boolean;
  readonly maxQueue: number | undefined;
  readonly info: HolderInfo;
  readonly losses: LeaseLoss[] = [];
  readonly renewals: BackendResult[] = [];
  /** When it asked, on the clock of `performance.now()`. */
  readonly since = performance.now();
  /** Where it stood when it was told last. */
  place: QueuePlace | undefined;
  grant: DriverGrant | undefined;
  refusal: DriverRefusal | undefined;
  private left: 'cancelled' | 'released' | undefined;
  private readonly pending: PendingGrant;
  private readonly answered: Promise<void>;
  private readonly stands: Promise<void>;
  private stand!: () => void;

  constructor(
    driver: LockDriver,
    readonly resource: string,
    /** What complaints call it. */
    readonly name: string,
    private readonly watcher: Watcher,
    asking: Asking = {},
  ) {
    this.wait = asking.wait ?? true;
    this.maxQueue = asking.maxQueue;
    this.info = asking.info ?? { label: name };
    this.stands = new Promise((resolve) => {
      this.stand = resolve;
    });
    this.pending = driver.acquire(resource, this);
    this.answered = this.pending.answer.then((answer) => this.heard(answer));
    // Whoever waits for the answer hears of it; a cancelled attempt has nobody.
    this.answered.catch(() => {});
  }

  queued(place: QueuePlace): void {
    if (this.grant !== undefined || this.refusal !== undefined) {
      this.watcher.complain(`${this.name} was told that it is queued after its answer`);
    }
    this.place = place;
    this.stand();
  }

  renewed(result: BackendResult): void {
    this.renewals.push(result);
  }

  lost(loss: LeaseLoss): void {
    if (this.losses.length > 0) this.watcher.complain(`${this.name} was told twice that it lost`);
    if (this.left === 'released') this.watcher.complain(`${this.name} was told that it lost after its release`);
    this.losses.push(loss);
  }

  /** Whether it may believe, now, that it holds. */
  get holds(): boolean {
    if (this.grant === undefined || this.left !== undefined) return false;
    const valid = this.grant.isValid();
    if (!valid && this.losses.length === 0) {
      this.watcher.complain(`${this.name} is not valid any more and was not told that it lost`);
    }
    return valid;
  }

  /** Whether it neither has an answer nor was cancelled. */
  get waits(): boolean {
    return this.left === undefined && this.grant === undefined && this.refusal === undefined;
  }

  /** It stands in the queue, or has its answer. */
  heardOf(): Promise<void> {
    const first = Promise.race([this.stands, this.answered]);
    return this.watcher.patience.for(first, `${this.name} was neither queued nor answered`);
  }

  /** Its place, once it stands in the queue. */
  async standing(): Promise<QueuePlace> {
    await this.heardOf();
    if (this.place === undefined) fail(`${this.name} was ${this.fate()}, and not queued`);
    return this.place;
  }

  async granted(patience: Patience = this.watcher.patience): Promise<DriverGrant> {
    await this.answer(patience);
    return this.grant ?? fail(`${this.name} was ${this.fate()}, and not granted`);
  }

  async refused(reason: DriverRefusal['refused']): Promise<DriverRefusal> {
    await this.answer();
    if (this.refusal?.refused !== reason) fail(`${this.name} was ${this.fate()}, and not refused as ${reason}`);
    return this.refusal;
  }

  async answer(patience: Patience = this.watcher.patience): Promise<void> {
    await patience.for(this.answered, `${this.name} had no answer`);
  }

  /** The first thing that happens when the answer comes is `first`. */
  onAnswer(first: () => void): void {
    this.pending.answer.then(first, () => {});
  }

  cancel(): void {
    this.left ??= 'cancelled';
    this.pending.cancel();
  }

  release(): Promise<ReleaseResult> {
    const grant = this.grant ?? fail(`${this.name} holds nothing to release`);
    this.left ??= 'released';
    return this.watcher.patience.for(grant.release(), `the release of ${this.name} did not end`);
  }

  private heard(answer: DriverGrant | DriverRefusal): void {
    if ('refused' in answer) {
      this.refusal = answer;
      return;
    }
    this.grant = answer;
    if (this.left === undefined) this.watcher.entered(this, answer);
  }

  private fate(): string {
    if (this.grant !== undefined) return 'granted';
    return this.refusal === undefined ? 'not answered' : `refused as ${this.refusal.refused}`;
  }
}
