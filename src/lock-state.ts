/**
 * LockState: who holds a lock, who waits for it, and every move between.
 *
 * It is *free* (no holder, nobody queued) or *held*. The end of a hold either frees it or makes the first waiter its
 * holder, inside the same call. Ownership is never in the air, so:
 *
 * - `locked()` never dips to `false` while somebody waits;
 * - nobody can barge in between a release and the wake-up of the waiter it chose;
 * - a wake-up cannot be lost: a waiter is out of the queue before its promise settles, and an abort that comes later finds
 *   it gone. A `run()` whose caller aborted in that very instant passes the lock on and never runs its body;
 * - the order of grants is the order of calls, less those that gave up.
 *
 * It writes numbers into its name's `LockStats` and knows no telemetry library. The clock is read once per transition: the
 * end of a hold is the end of the next waiter's wait and the start of its hold.
 */
import { AttemptContext } from './attempt-context.js';
import { now } from './clock.js';
import { LockClosedError, type LockError, LockQueueFullError, type LockSituation, LockTimeoutError } from './errors.js';
import { Hold } from './hold.js';
import type { LockHome, Nesting } from './lock-home.js';
import { type AcquireOptions, checkAcquireOptions } from './options.js';
import type { HeldLock, LockStats, Outcome } from './stats.js';
import { WaitQueue } from './wait-queue.js';

export abstract class LockState {
  /** @internal */
  since = 0;
  /** @internal */
  older: HeldLock | undefined = undefined;
  /** @internal */
  newer: HeldLock | undefined = undefined;
  /** @internal The hold in progress. */
  holder: Hold | undefined = undefined;
  private queue: WaitQueue<Hold> | undefined = undefined;

  /** @internal */
  constructor(
    /** The declared, low-cardinality identity, in every metric and span. */
    readonly name: string,
    /** @internal */
    readonly stats: LockStats,
    /** @internal */
    protected readonly maxQueue: number | undefined,
    /** @internal */
    protected readonly home: LockHome | undefined,
    /** @internal Where `home` keeps it while it is in use; `undefined` for a lock that stays. */
    protected readonly slot: string | undefined,
  ) {
    stats.locks += slot === undefined ? 1 : Infinity;
  }

  /** The key, when it is one of a name's keyed locks. */
  get key(): string | undefined {
    return this.slot === undefined ? undefined : this.home!.keyOf(this.name, this.slot);
  }

  /** @internal Who looks for deadlocks. */
  get nesting(): Nesting | undefined {
    return this.home?.nesting;
  }

  /** @internal Waiters of this very lock, the holder not counted. */
  get depth(): number {
    return this.queue?.size ?? 0;
  }

  /** @internal */
  get queueDepth(): number {
    return this.depth;
  }

  /** @internal Those who wait, in the order of their arrival. */
  waiters(): Iterable<Hold> {
    return this.queue ?? [];
  }

  /** @internal Whether anybody holds or awaits it here. */
  get used(): boolean {
    return this.holder !== undefined;
  }

  /** @internal As it is, or as the waiter that fails found it. */
  situation(_waiter?: Hold): LockSituation {
    const { name, key, holder, depth: queueDepth } = this;
    const holderAge = holder === undefined ? undefined : now() - this.since;
    return { lock: name, key, queueDepth, holderLabel: holder?.label, holderAge };
  }

  /** @internal One attempt, to be given its free owner or to queue there. When it throws, only its outcome was counted. */
  protected attempt(options: AcquireOptions | undefined): Hold {
    if (options !== undefined) checkAcquireOptions(options);
    // Observers are asked first: what they do to locks meanwhile must not be overlooked.
    const timeout = options?.timeout ?? this.home?.timeout;
    const following = this.stats.observers.follow(this, options?.label, timeout);
    const context = AttemptContext.of(options, timeout, following, this.nesting?.throws);
    return this.current().admit(context, options);
  }

  /** @internal */
  protected admit(context: AttemptContext | undefined, options: AcquireOptions | undefined): Hold {
    this.checkOpen(context, options?.signal);
    if (this.holder === undefined) return new Hold(this, 0, context);
    const limit = options?.maxQueue ?? this.maxQueue;
    if (limit !== undefined && this.depth >= limit) {
      throw this.refuse(context, 'rejected', new LockQueueFullError(this.situation(), limit));
    }
    if (context?.timeout === 0) throw this.refuse(context, 'busy', new LockTimeoutError(this.situation(), 0));
    return new Hold(this, now(), context);
  }

  /** @internal */
  protected checkOpen(context: AttemptContext | undefined, signal: AbortSignal | undefined): void {
    if (this.home?.closed === true) throw this.refuse(context, 'rejected', new LockClosedError(this.situation()));
    if (signal?.aborted === true) throw this.refuse(context, 'aborted', signal.reason);
  }

  /** @internal The lock that speaks for this key now: a kept handle must not become a second lock for its key. */
  current(): this {
    if (this.slot === undefined || this.holder !== undefined) return this;
    return (this.home!.inUse(this.slot) as this | undefined) ?? this;
  }

  /** @internal Whether an attempt without options has no limits and needs no check beyond the lock being free. */
  protected plain(): boolean {
    return this.maxQueue === undefined && this.home?.plain !== false;
  }

  /** @internal */
  take(hold: Hold): void {
    this.holder = hold;
    this.home?.attach(this.slot, this);
    this.stats.taken(this, now());
    hold.context?.following?.granted(hold);
  }

  /** @internal Resolves when the waiter has become the holder. */
  enqueue(waiter: Hold): Promise<true> {
    const granted = this.turn(waiter);
    this.queue ??= new WaitQueue();
    this.queue.push(waiter);
    return this.nesting?.queued(waiter, granted) ?? granted;
  }

  /** @internal The promise of a waiter's turn. */
  protected turn(waiter: Hold): Promise<true> {
    const { context } = waiter;
    return context === undefined ? waiter.turn() : this.joinEarlyExits(waiter, context);
  }

  private joinEarlyExits(waiter: Hold, context: AttemptContext): Promise<true> {
    try {
      return context.queued(waiter);
    } catch (error) {
      // A signal that is not the platform's may throw: nobody is in the queue yet.
      throw this.refuse(context, 'error', error);
    }
  }

  /** @internal Takes a free lock for `hold`; otherwise gives the promise of its turn, after which comes `confirm`. */
  turnOf(hold: Hold): Promise<true> | undefined {
    if (this.holder !== undefined) return this.enqueue(hold);
    this.take(hold);
    return undefined;
  }

  /**
   * @internal The waiter resumed with the lock. With a signal its outcome is known only now: if its caller aborted after
   * the grant, the lock is passed on as if the waiter had never had it, and the reason is thrown.
   */
  confirm(hold: Hold): true {
    const signal = hold.context?.signal;
    if (signal === undefined) return true;
    const passOn = signal.aborted && this.holder === hold;
    if (!passOn) this.stats.granted(hold.time, hold.contended);
    if (!signal.aborted) return true;
    if (passOn) this.passOn(hold, signal.reason);
    throw signal.reason;
  }

  private passOn(hold: Hold, reason: unknown): void {
    const time = now();
    this.stats.gaveUp(hold.time, 'aborted', hold.contended);
    this.stats.passedOn(time - this.since);
    const next = this.succeed(time);
    hold.context?.unfollow()?.failed('aborted', reason, hold.time);
    if (next !== undefined) this.wake(next);
  }

  /** @internal Ends `hold` if it is still the holder. Gives the promise of its release where that takes time. */
  releaseHold(hold: Hold): Promise<void> | undefined {
    if (this.holder === hold) this.end(hold);
    return undefined;
  }

  /** @internal */
  protected end(hold: Hold): void {
    const time = now();
    const held = time - this.since;
    this.stats.hold.observe(held);
    const next = this.succeed(time);
    hold.context?.unfollow()?.released(this.depth + (next === undefined ? 0 : 1), held);
    if (next !== undefined) this.wake(next);
  }

  /** @internal A waiter leaves the queue without the lock. Returns how long it waited. */
  giveUp(waiter: Hold, context: AttemptContext, outcome: Outcome): number {
    this.queue!.remove(context.place);
    waiter.resolve = undefined;
    return this.stats.gaveUp(now() - waiter.time, outcome);
  }

  /** @internal Empties the queue: every waiter fails with an error of its own. */
  rejectWaiters(errorFor: (situation: LockSituation) => LockError): void {
    const { queue, stats } = this;
    while (queue !== undefined && queue.size > 0) {
      const error = errorFor(this.situation());
      const waiter = queue.shift();
      waiter.context?.disarm();
      const waited = stats.gaveUp(now() - waiter.time, 'rejected');
      waiter.context?.following?.failed('rejected', error, waited);
      waiter.settle(Promise.reject(error));
    }
  }

  /** The holder is gone: the first waiter takes its place, or the lock is free. */
  protected succeed(time: number): Hold | undefined {
    const { queue, stats } = this;
    if (queue === undefined || queue.size === 0) {
      this.holder = undefined;
      stats.freed(this);
      this.home?.detach(this.slot);
      return undefined;
    }
    const next = queue.shift();
    const waited = time - next.time;
    this.holder = next;
    next.time = waited;
    stats.handedOver(this, time);
    next.context?.disarm();
    if (next.context?.signal === undefined) stats.granted(waited);
    return next;
  }

  protected wake(next: Hold): void {
    next.context?.following?.granted(next);
    // Not with the hold: a promise that is resolved with an object first looks for a `then` in it.
    next.settle(true);
  }

  protected refuse(context: AttemptContext | undefined, outcome: Outcome, reason: unknown): unknown {
    this.stats.refused(outcome);
    context?.following?.failed(outcome, reason, 0);
    return reason;
  }
}
