/**
 * What only some attempts carry: a label, a deadline, a signal, somebody who follows it. An attempt without any of them
 * has no context at all, which keeps a plain waiter at five fields.
 *
 * Invariants: the timer and the place in the signal's group exist only while the attempt is queued, and nobody follows it
 * any more when its hold is over.
 */
import { AbortGroup, type AbortMember } from './abort-group.js';
import { type LockError, type LockSituation, LockTimeoutError } from './errors.js';
import type { Following } from './following.js';
import type { Hold } from './hold.js';
import type { AcquireOptions } from './options.js';
import type { Outcome } from './stats.js';

export class AttemptContext implements AbortMember {
  /** Its cell in the queue. */
  place = -1;
  private reject: ((reason: unknown) => void) | undefined = undefined;
  private waiter: Hold | undefined = undefined;
  private timer: NodeJS.Timeout | undefined = undefined;
  private group: AbortGroup | undefined = undefined;

  private constructor(
    readonly label: string | undefined,
    readonly signal: AbortSignal | undefined,
    readonly timeout: number | undefined,
    public following: Following | undefined,
  ) {}

  /** The context of such an attempt, or none when there is nothing to carry. `timeout` has the default in it. `leaves`: it may be taken out of the queue. */
  static of(
    options: AcquireOptions | undefined,
    timeout: number | undefined,
    following: Following | undefined,
    leaves = false,
  ): AttemptContext | undefined {
    const signal = options?.signal;
    const label = options?.label;
    const limited = leaves || signal !== undefined || timeout !== undefined;
    return limited || label !== undefined || following !== undefined
      ? new AttemptContext(label, signal, timeout, following)
      : undefined;
  }

  /** Joins the queue's members that may leave early. Runs in the same synchronous step as the check of `signal.aborted`. */
  queued(waiter: Hold): Promise<true> {
    this.waiter = waiter;
    if (this.signal !== undefined) this.group = AbortGroup.join(this.signal, this);
    if (this.timeout !== undefined && this.timeout > 0 && this.timeout !== Infinity)
      this.timer = setTimeout(expire, this.timeout, this);
    return new Promise((resolve, reject) => {
      waiter.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Runs the body, in the context that whoever follows the attempt has for it. */
  body<T>(fn: (hold: Hold) => T, hold: Hold): T {
    return this.following === undefined ? fn(hold) : this.following.body(() => fn(hold));
  }

  /**
   * Its hold is over, and the last call to those who follow it can be made. Those who found the hold in their way still know
   * it, so it must not know whom it found itself: while a lock is never free, all its holds would be kept, each by the next.
   */
  unfollow(): Following | undefined {
    const { following } = this;
    this.following = undefined;
    return following;
  }

  disarm(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.group?.leave(this);
    this.timer = undefined;
    this.group = undefined;
  }

  onAbort(reason: unknown): void {
    this.group = undefined;
    this.fail('aborted', reason, this.leave('aborted'));
  }

  onTimeout(): void {
    this.timer = undefined;
    const { owner } = this.waiter!;
    const deadlock = owner.nesting?.deadlockOf(this.waiter!);
    const waited = this.leave('timeout');
    // After it left: it does not wait for itself.
    this.fail('timeout', new LockTimeoutError(owner.situation(this.waiter), this.timeout!, deadlock), waited);
  }

  /** It is in a deadlock, and the one to give way. */
  onDeadlock(errorFor: (situation: LockSituation) => LockError): void {
    const waited = this.leave('rejected');
    this.fail('rejected', errorFor(this.waiter!.owner.situation()), waited);
  }

  private leave(outcome: Outcome): number {
    this.disarm();
    return this.waiter!.owner.giveUp(this.waiter!, this, outcome);
  }

  private fail(outcome: Outcome, reason: unknown, waited: number): void {
    this.following?.failed(outcome, reason, waited);
    this.reject!(reason);
  }
}

function expire(context: AttemptContext): void {
  context.onTimeout();
}
