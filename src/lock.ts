/**
 * Lock: a FIFO mutex with the semantics of Python's `asyncio.Lock`.
 *
 * It is *free* (no holder, nobody queued) or *held*. `release()` of a held lock either frees it or makes the first waiter
 * its holder, inside the same call. Ownership is never in the air, so:
 *
 * - `locked()` never dips to `false` while somebody waits;
 * - nobody can barge in between a release and the wake-up of the waiter it chose;
 * - a wake-up cannot be lost: a waiter is out of the queue before its promise settles, and an abort that comes later finds
 *   it gone. A `run()` whose caller aborted in that very instant passes the lock on and never runs its body.
 *
 * Fairness is strict: the order of grants is the order of calls, less those that gave up.
 *
 * The lock writes numbers into its name's `LockStats` and knows no telemetry library. It reads the clock once per
 * transition: the reading in `release()` ends a hold, ends the next waiter's wait, and starts its hold.
 */
import { AttemptContext, BARE } from './attempt-context.js';
import { now } from './clock.js';
import { LockClosedError, type LockError, LockNotHeldError, LockQueueFullError, type LockSituation, LockTimeoutError } from './errors.js';
import { Hold } from './hold.js';
import type { LockHome } from './lock-home.js';
import { type AcquireOptions, checkAcquireOptions, checkBody, checkMaxQueue, checkName, type LockOptions } from './options.js';
import { processWide } from './process-wide.js';
import type { HeldLock, LockStats, Outcome } from './stats.js';
import { WaitQueue } from './wait-queue.js';

const TRUE = Promise.resolve<true>(true);

/**
 * An async lock that lets one holder in at a time, in the order of arrival, and counts what it does.
 *
 * Prefer {@link Lock.run} (or {@link Lock.hold} with `await using`): they release exactly once whatever happens. The bare
 * `acquire()` / `release()` pair is there because asyncio has it; whoever calls `release()` ends the current hold.
 * A lock is not reentrant: a holder that asks for it again waits for itself.
 *
 * In one process. N processes have N locks of the same name.
 *
 * @example
 * const lock = new Lock('inventory');
 * await lock.run(async () => {
 *   const stock = await read(sku);
 *   await write(sku, stock - 1);
 * });
 */
export class Lock implements HeldLock {
  /** The declared, low-cardinality identity, in every metric and span. */
  readonly name: string;
  /** @internal */
  readonly stats: LockStats;
  /** @internal */
  since = 0;
  /** @internal */
  older: HeldLock | undefined = undefined;
  /** @internal */
  newer: HeldLock | undefined = undefined;
  private holder: Hold | undefined = undefined;
  private queue: WaitQueue<Hold> | undefined = undefined;
  private readonly maxQueue: number | undefined;
  private readonly home: LockHome | undefined;
  /** Where `home` keeps it while it is in use; `undefined` for a lock that stays. */
  private readonly slot: string | undefined;

  /**
   * @throws TypeError when `name` is not a string or is empty.
   * @throws RangeError when `maxQueue` is negative or not whole.
   */
  constructor(name: string, options?: LockOptions);
  /** @internal A manager's lock. `name` was checked. */
  constructor(name: string, options: LockOptions, stats: LockStats, home: LockHome, slot: string | undefined);
  constructor(name: string, options?: LockOptions, stats?: LockStats, home?: LockHome, slot?: string) {
    if (stats === undefined) checkName(name);
    if (options?.maxQueue !== undefined) checkMaxQueue(options.maxQueue);
    this.name = name;
    this.maxQueue = options?.maxQueue;
    this.stats = stats ?? processWide.stats.for(name);
    this.home = home;
    this.slot = slot;
  }

  /** The key, when it is one of a name's keyed locks. */
  get key(): string | undefined {
    return this.slot === undefined ? undefined : this.home!.keyOf(this.name, this.slot);
  }

  /**
   * Whether somebody holds it (asyncio's `locked()`). It stays `true` from one holder to the next.
   *
   * @example
   * if (lock.locked()) console.log(String(lock)); // Lock(inventory) [locked, waiters:2]
   */
  locked(): boolean {
    return this.current().holder !== undefined;
  }

  /** How many wait, the holder not counted. */
  get queueDepth(): number {
    return this.current().queue?.size ?? 0;
  }

  /**
   * Waits until the lock is free and takes it (asyncio's `acquire()`). Resolves to `true`; must be paired with exactly one
   * {@link Lock.release}.
   *
   * @throws LockTimeoutError, LockQueueFullError, LockClosedError, the signal's reason; TypeError or RangeError for options.
   * @example
   * await lock.acquire({ timeout: 250 });
   * try { await write(); } finally { lock.release(); }
   */
  acquire(options?: AcquireOptions): Promise<true> {
    const lock = this.current();
    try {
      // With a signal the grant is looked at once more before it is believed, which takes a promise of our own.
      const bare = options?.signal === undefined;
      const granted = lock.request(bare, options);
      if (granted instanceof Hold) return TRUE;
      return bare ? (granted as Promise<never>) : lock.confirmed(granted).then(yes);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes the lock if it is free, and says whether it did. Never waits and never passes somebody who does.
   *
   * @example
   * if (lock.tryAcquire()) try { await refresh(); } finally { lock.release(); }
   */
  tryAcquire(): boolean {
    const lock = this.current();
    if (lock.holder === undefined && lock.home?.closed !== true) {
      lock.request(true, undefined);
      return true;
    }
    lock.stats.resolved(lock.holder === undefined ? 'rejected' : 'busy');
    return false;
  }

  /**
   * Ends the current hold, whoever has it (asyncio's `release()`): the first waiter becomes the holder, or the lock is free.
   *
   * @throws LockNotHeldError when nobody holds it (asyncio's RuntimeError).
   */
  release(): void {
    const lock = this.current();
    if (lock.holder === undefined) throw new LockNotHeldError(lock.situation());
    lock.end(lock.holder);
  }

  /**
   * Waits for the lock and resolves to the {@link Hold}, which only this caller can end. asyncio's `async with lock`.
   *
   * @throws What `acquire` throws.
   * @example
   * await using hold = await lock.hold({ timeout: 250 });
   */
  async hold(options?: AcquireOptions): Promise<Hold> {
    const lock = this.current();
    const granted = lock.request(false, options);
    return granted instanceof Hold ? granted : lock.confirmed(granted);
  }

  /**
   * Runs `fn` while holding the lock and releases when it returns, throws or rejects. When the lock is free `fn` starts
   * synchronously; otherwise it starts in its caller's async context. Resolves or rejects as `fn` does.
   *
   * @throws What `acquire` throws, and then `fn` has not run.
   * @example
   * const left = await lock.run(() => reserve(sku), { timeout: 250, label: 'POST /checkout' });
   */
  async run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    checkBody(fn);
    const lock = this.current();
    const granted = lock.request(false, options);
    const hold = granted instanceof Hold ? granted : await granted;
    if (granted !== hold) lock.confirm(hold);
    const following = hold.context?.following;
    try {
      return await (following === undefined ? fn(hold) : following.body(() => fn(hold)));
    } catch (error) {
      following?.threw(error);
      throw error;
    } finally {
      lock.releaseHold(hold);
    }
  }

  /**
   * Makes a function that runs `fn` under this lock. `this` and the arguments pass through.
   *
   * @example
   * const reserve = lock.wrap(async (sku: string) => { … }, { timeout: 250 });
   */
  wrap<A extends unknown[], R>(fn: (...args: A) => R, options?: AcquireOptions): (...args: A) => Promise<Awaited<R>> {
    checkBody(fn);
    if (options !== undefined) checkAcquireOptions(options);
    const lock = this;
    return function locked(this: unknown, ...args: A): Promise<Awaited<R>> {
      return lock.run(() => fn.apply(this, args) as Awaited<R>, options);
    };
  }

  /** `Lock(inventory) [locked, waiters:2]`, as asyncio's `repr()` does. */
  toString(): string {
    const { queueDepth, key } = this;
    const waiters = queueDepth === 0 ? '' : `, waiters:${queueDepth}`;
    return `Lock(${this.name}${key === undefined ? '' : `/${key}`}) [${this.locked() ? 'locked' : 'unlocked'}${waiters}]`;
  }

  /** What `util.inspect` and `console.log` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** @internal */
  get firstWaiterSince(): number | undefined {
    return this.queue?.peek()?.time;
  }

  /** @internal The hold in progress. */
  get currentHold(): Hold | undefined {
    return this.holder;
  }

  /** @internal */
  get waiters(): Iterable<Hold> {
    return this.queue ?? [];
  }

  /** @internal */
  situation(): LockSituation {
    const { name, key, holder, queue } = this;
    const holderAge = holder === undefined ? undefined : now() - this.since;
    return { lock: name, key, queueDepth: queue?.size ?? 0, holderLabel: holder?.label, holderAge };
  }

  /** @internal Ends `hold` if it is still the holder. */
  releaseHold(hold: Hold): void {
    if (this.holder === hold) this.end(hold);
  }

  /** @internal A waiter leaves the queue without the lock. */
  giveUp(waiter: Hold, outcome: Outcome, reason: unknown): void {
    const context = waiter.context!;
    const time = now();
    context.disarm();
    this.queue!.remove(context.place);
    this.stats.dequeued(time);
    this.stats.resolvedAfter(time - waiter.time, outcome);
    context.following?.failed(outcome, reason);
    context.reject!(reason);
  }

  /** @internal Empties the queue: every waiter fails with an error of its own. */
  rejectWaiters(errorFor: (situation: LockSituation) => LockError): void {
    const { queue, stats } = this;
    while (queue !== undefined && queue.size > 0) {
      const error = errorFor(this.situation());
      const waiter = queue.shift();
      const time = now();
      waiter.context?.disarm();
      stats.dequeued(time);
      stats.resolvedAfter(time - waiter.time, 'rejected');
      waiter.context?.following?.failed('rejected', error);
      waiter.grant!(Promise.reject(error) as never);
    }
  }

  /**
   * The lock that speaks for this key now. A keyed lock is in its home only while it is in use; an idle handle that was
   * kept must not become a second lock for a key that got another one meanwhile.
   */
  private current(): Lock {
    if (this.slot === undefined || this.holder !== undefined) return this;
    return this.home!.inUse(this.slot) ?? this;
  }

  /** Grants at once (a Hold) or queues (a promise of it, or of `true` when `bare`). When it throws, nothing was taken. */
  private request(bare: boolean, options: AcquireOptions | undefined): Hold | Promise<Hold> {
    if (options !== undefined) checkAcquireOptions(options);
    const { holder } = this;
    const followed = this.stats.observers.wanted();
    const plain = options === undefined && !followed && this.home === undefined;
    const context = plain ? (bare ? BARE : undefined) : this.contextFor(bare, options, followed);
    if (holder === undefined) return this.take(new Hold(this, 0, context));
    const limit = options?.maxQueue ?? this.maxQueue;
    if (limit !== undefined && this.queueDepth >= limit) {
      throw this.refuse(context, 'rejected', new LockQueueFullError(this.situation(), limit));
    }
    if (context?.timeout === 0) throw this.refuse(context, 'timeout', new LockTimeoutError(this.situation(), 0));
    return this.enqueue(new Hold(this, now(), context));
  }

  /** What this attempt carries beside its place in the queue. Throws when it is over before it began. */
  private contextFor(bare: boolean, options: AcquireOptions | undefined, followed: boolean): AttemptContext | undefined {
    const { home, holder, stats } = this;
    const signal = options?.signal;
    const label = options?.label;
    const timeout = options?.timeout ?? home?.timeout;
    const following = followed
      ? stats.observers.follow({
          lock: this.name,
          key: this.key,
          backend: stats.backend,
          contended: holder !== undefined,
          queueDepth: this.queueDepth,
          blocker: holder,
          timeout,
          label,
        })
      : undefined;
    const needed = signal !== undefined || label !== undefined || timeout !== undefined || following !== undefined;
    const context = needed ? new AttemptContext(bare, label, signal, timeout, following) : bare ? BARE : undefined;
    if (home?.closed === true) throw this.refuse(context, 'rejected', new LockClosedError(this.situation()));
    if (signal?.aborted === true) throw this.refuse(context, 'aborted', signal.reason);
    return context;
  }

  private refuse(context: AttemptContext | undefined, outcome: Outcome, reason: unknown): unknown {
    this.stats.resolved(outcome);
    context?.following?.failed(outcome, reason);
    return reason;
  }

  private take(hold: Hold): Hold {
    this.holder = hold;
    this.home?.attach(this.slot, this);
    this.stats.resolved('acquired');
    this.stats.taken(this, now());
    hold.context?.following?.granted(hold);
    return hold;
  }

  private enqueue(waiter: Hold): Promise<Hold> {
    this.queue ??= new WaitQueue();
    this.queue.push(waiter);
    this.stats.enqueued(waiter.time);
    const { context } = waiter;
    const promise = new Promise<Hold>((resolve, reject) => {
      waiter.grant = resolve;
      if (context !== undefined && context !== BARE) context.reject = reject;
    });
    if (context !== undefined && context !== BARE) context.arm(waiter);
    return promise;
  }

  /** The end of a hold: the clock is read once, for it and for the next. */
  private end(hold: Hold): void {
    const time = now();
    this.stats.hold.observe(time - this.since);
    this.advance(time);
    hold.context?.following?.released(this.queue?.size ?? 0);
  }

  /** The holder is gone: the first waiter takes its place, or the lock is free. */
  private advance(time: number): void {
    const { queue, stats } = this;
    if (queue === undefined || queue.size === 0) {
      this.holder = undefined;
      stats.freed(this, time);
      this.home?.detach(this.slot);
      return;
    }
    const next = queue.shift();
    this.holder = next;
    stats.handedOver(this, time);
    next.time = time - next.time;
    const { context } = next;
    if (context === undefined) {
      stats.resolvedAfter(next.time, 'acquired');
      next.grant!(next as never);
    } else {
      this.grantTo(next, context);
    }
  }

  /** With a signal, the outcome is known only when the waiter resumes: see `confirm`. */
  private grantTo(next: Hold, context: AttemptContext): void {
    context.disarm();
    if (context.signal === undefined) this.stats.resolvedAfter(next.time, 'acquired');
    context.following?.granted(next);
    next.grant!((context.bare ? true : next) as never);
  }

  private async confirmed(granted: Promise<Hold>): Promise<Hold> {
    const hold = await granted;
    this.confirm(hold);
    return hold;
  }

  /**
   * The waiter resumed with the lock. If its caller aborted after the grant, the lock is passed on as if the waiter had
   * never had it, and the reason is thrown.
   */
  private confirm(hold: Hold): void {
    const signal = hold.context?.signal;
    if (signal === undefined) return;
    const passOn = signal.aborted && this.holder === hold;
    this.stats.resolvedAfter(hold.waited, passOn ? 'aborted' : 'acquired');
    if (passOn) {
      this.advance(now());
      hold.context!.following?.failed('aborted', signal.reason);
    }
    if (signal.aborted) throw signal.reason;
  }
}

function yes(): true {
  return true;
}
