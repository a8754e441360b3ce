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

export class Asked {
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
  private settle!: (answered: void | Promise<never>) => void;
  private readonly stands: Promise<void>;
  private stand!: () => void;
  private answers = 0;
  private onAnswered: (() => void) | undefined;

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
    this.answered = new Promise((resolve) => {
      this.settle = resolve;
    });
    // Whoever waits for the answer hears of it; an attempt that has none may have nobody.
    this.answered.catch(() => {});
    this.pending = driver.acquire(resource, this.ear());
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

  /** Calls `now` as the answer is told, within that call. */
  onAnswer(now: () => void): void {
    this.onAnswered = now;
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

  /** What the driver is given: it hears everything, and complains of what must not be said. */
  private ear(): DriverAttempt {
    const { wait, maxQueue, info } = this;
    return {
      wait,
      maxQueue,
      info,
      queued: (place) => {
        this.mustNot(this.answers > 0, 'was told that it is queued after its answer');
        this.mustNot(this.pending === undefined, 'was told that it is queued before acquire() returned');
        this.place = place;
        this.stand();
      },
      granted: (grant) => {
        this.grant = grant;
        this.told();
        if (this.left === undefined) this.watcher.entered(this, grant);
        this.onAnswered?.();
        this.settle();
      },
      refused: (refusal) => {
        this.refusal = refusal;
        this.told();
        this.onAnswered?.();
        this.settle();
      },
      failed: (error) => {
        this.told();
        this.settle(Promise.reject(error));
      },
      renewed: (result) => void this.renewals.push(result),
      lost: (loss) => {
        this.mustNot(this.answers === 0, 'was told that it lost before its answer');
        this.mustNot(this.losses.length > 0, 'was told twice that it lost');
        this.mustNot(this.left === 'released', 'was told that it lost after its release');
        this.losses.push(loss);
      },
    };
  }

  private told(): void {
    this.mustNot(++this.answers > 1, 'was answered twice');
    this.mustNot(this.pending === undefined, 'was answered before acquire() returned');
    this.mustNot(this.left === 'cancelled', 'was answered after it was cancelled');
  }

  private mustNot(broken: boolean, what: string): void {
    if (broken) this.watcher.complain(`${this.name} ${what}`);
  }

  private fate(): string {
    if (this.grant !== undefined) return 'granted';
    return this.refusal === undefined ? 'not answered' : `refused as ${this.refusal.refused}`;
  }
}
