/**
 * What only some attempts carry: a label, a deadline, a signal, somebody who follows it. An attempt without any of them
 * has no context at all, which keeps a plain waiter at five fields.
 *
 * Invariant: the timer and the place in the signal's group exist only while the attempt is queued.
 */
import { AbortGroup, type AbortMember } from './abort-group.js';
import { LockTimeoutError } from './errors.js';
import type { Hold } from './hold.js';
import type { Following } from './observer.js';

export class AttemptContext implements AbortMember {
  /** Its cell in the queue. */
  place = -1;
  reject: ((reason: unknown) => void) | undefined = undefined;
  private waiter: Hold | undefined = undefined;
  private timer: NodeJS.Timeout | undefined = undefined;
  private group: AbortGroup | undefined = undefined;

  constructor(
    /** Resolves to `true` (`acquire`), not to the hold. */
    readonly bare: boolean,
    readonly label: string | undefined,
    readonly signal: AbortSignal | undefined,
    readonly timeout: number | undefined,
    readonly following: Following | undefined,
  ) {}

  /** Lets the queued attempt end early. Runs in the same synchronous step as the check of `signal.aborted`. */
  arm(waiter: Hold): void {
    this.waiter = waiter;
    if (this.signal !== undefined) this.group = AbortGroup.join(this.signal, this);
    if (this.timeout !== undefined && this.timeout !== Infinity) {
      this.timer = setTimeout(expire, this.timeout, this);
    }
  }

  disarm(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.group?.leave(this);
    this.timer = undefined;
    this.group = undefined;
  }

  onAbort(reason: unknown): void {
    this.group = undefined;
    this.waiter!.owner.giveUp(this.waiter!, 'aborted', reason);
  }

  expire(): void {
    this.timer = undefined;
    const lock = this.waiter!.owner;
    lock.giveUp(this.waiter!, 'timeout', new LockTimeoutError(lock.situation(), this.timeout!));
  }
}

function expire(context: AttemptContext): void {
  context.expire();
}

/** The context of every `acquire()` that has nothing else to carry; it is shared, and so never armed. */
export const BARE = new AttemptContext(true, undefined, undefined, undefined, undefined);
