/**
 * LeasedLock: a lock whose queue and whose holder are at a driver, where other processes ask for it too. To its callers it is a
 * `Lock`; what they see of it is what this process holds and awaits.
 *
 * Each attempt has a place of its own at the engine, so turns go by arrival there, whichever process asks. Invariants:
 *
 * - this process has one holder at most: a grant that arrives while there is one means that the earlier one was lost;
 * - an attempt is in `waiting`, or it is the holder, or it is over, and whoever takes it out of one of these settles it;
 * - when a hold is lost it is over at once, for the numbers and for the next; its body is told by the signal, and by that only.
 */
import type { AttemptContext } from '../attempt-context.js';
import { now } from '../clock.js';
import {
  LockClosedError,
  LockEngineError,
  type LockError,
  LockLostError,
  LockNotHeldError,
  LockQueueFullError,
  type LockSituation,
  LockTimeoutError,
} from '../errors.js';
import type { Hold } from '../hold.js';
import { Lock } from '../lock.js';
import type { LockHome } from '../lock-home.js';
import { runAttemptInTurn } from '../lock-run.js';
import { type AcquireOptions, checkBody, type LockOptions } from '../options.js';
import type { LockStats, Outcome } from '../stats.js';
import type { DriverGrant, DriverRefusal, LeaseLoss, LockDriver } from './driver.js';
import { LeasedHold } from './leased-hold.js';
import { resourceOf } from './resource.js';
import { asTold, lastTold } from './told-situation.js';

export class LeasedLock extends Lock {
  private readonly waiting = new Set<LeasedHold>();
  /** Holds taken by `acquire()` that were lost: the `release()` that each of them still makes must not end another's. */
  private lostBare = 0;

  constructor(
    name: string,
    options: LockOptions,
    stats: LockStats,
    override readonly home: LockHome,
    slot: string | undefined,
    private readonly driver: LockDriver,
  ) {
    super(name, options, stats, home, slot);
  }

  /** What the engine calls it. */
  get resource(): string {
    return resourceOf(this.name, this.key);
  }

  override get depth(): number {
    return this.waiting.size;
  }

  override get used(): boolean {
    return this.holder !== undefined || this.waiting.size > 0;
  }

  override get mayQueue(): boolean {
    return true;
  }

  override waiters(): Iterable<Hold> {
    return this.waiting;
  }

  override situation(waiter?: Hold): LockSituation {
    const told = (waiter as LeasedHold | undefined) ?? lastTold(this.waiting);
    return asTold(super.situation(), this.holder === undefined ? told : undefined, this.driver.health());
  }

  override run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    try {
      checkBody(fn);
      return runAttemptInTurn(fn, this.attempt(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  override acquire(options?: AcquireOptions): Promise<true> {
    try {
      const hold = this.attempt(options) as LeasedHold;
      hold.bare = true;
      return hold.owner.enqueue(hold).then(() => hold.owner.confirm(hold));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  override release(): void {
    const lock = this.current();
    if (lock.lostBare > 0) {
      lock.lostBare--;
      return;
    }
    const hold = lock.holder as LeasedHold | undefined;
    if (hold === undefined) throw new LockNotHeldError(lock.situation());
    hold.bare = false;
    lock.end(hold);
  }

  override tryAcquire(): boolean {
    throw new TypeError('tryAcquire() answers at once, which a lock at a driver cannot: use acquire({ timeout: 0 })');
  }

  override turnOf(hold: Hold): Promise<true> {
    return this.enqueue(hold);
  }

  override enqueue(waiter: Hold): Promise<true> {
    const hold = waiter as LeasedHold;
    const granted = this.turn(hold);
    this.waiting.add(hold);
    this.moved();
    this.ask(hold);
    return this.nesting?.queued(hold, granted) ?? granted;
  }

  override giveUp(waiter: Hold, _context: AttemptContext, outcome: Outcome): number {
    const hold = waiter as LeasedHold;
    hold.resolve = undefined;
    hold.pending?.cancel();
    return this.leave(hold, outcome);
  }

  override rejectWaiters(errorFor: (situation: LockSituation) => LockError): void {
    for (const hold of this.waiting) {
      hold.pending?.cancel();
      this.fail(hold, 'rejected', errorFor);
    }
  }

  override releaseHold(hold: Hold): Promise<void> | undefined {
    super.releaseHold(hold);
    return (hold as LeasedHold).over;
  }

  /** The driver says that `hold` is over. */
  lose(hold: LeasedHold, loss: LeaseLoss): void {
    if (this.holder !== hold) return;
    const time = now();
    const held = time - this.since;
    const error = new LockLostError(this.situation(), loss, held);
    const { stats } = this;
    if (loss.cause === 'max-hold') stats.forcedReleases.max_hold++;
    else if (loss.cause === 'closed') stats.forcedReleases.closed++;
    else stats.leaseLost++;
    stats.hold.observe(held);
    if (hold.bare) this.lostBare++;
    this.setFree();
    const following = hold.context?.unfollow();
    following?.lost(error);
    following?.released(this.depth, held);
    this.home?.lost(error);
    hold.abort(error);
  }

  protected override admit(context: AttemptContext | undefined, options: AcquireOptions | undefined): Hold {
    this.checkOpen(context, options?.signal);
    return new LeasedHold(this, context, options?.maxQueue ?? this.maxQueue);
  }

  /** What was lost unnoticed is a loss, not a release. */
  protected override end(hold: Hold): void {
    if ((hold as LeasedHold).grant!.isValid()) super.end(hold);
  }

  /** Who waits for it gets it from the engine. */
  protected override succeed(): undefined {
    const hold = this.holder as LeasedHold;
    this.setFree();
    hold.giveBack();
  }

  private ask(hold: LeasedHold): void {
    hold.pending = this.driver.acquire(this.resource, hold);
    hold.pending.answer.then(
      (answer) => ('refused' in answer ? this.refused(hold, answer) : this.granted(hold, answer)),
      (error: Error) =>
        this.fail(hold, 'error', (situation) => new LockEngineError(situation, this.driver.kind, error)),
    );
  }

  private granted(hold: LeasedHold, grant: DriverGrant): void {
    if (!this.waiting.has(hold)) {
      grant.release();
      return;
    }
    if (!grant.isValid()) {
      // This process stood still for as long as the lease: the turn is gone, and it asks for another.
      this.ask(hold);
      return;
    }
    const earlier = this.holder as LeasedHold | undefined;
    if (earlier?.grant?.isValid()) this.lose(earlier, { cause: 'taken' });
    const time = now();
    this.waiting.delete(hold);
    hold.grant = grant;
    hold.time = time - hold.time;
    this.holder = hold;
    this.stats.arrived(this, time);
    hold.context?.disarm();
    if (hold.context?.signal === undefined) this.stats.granted(hold.time, hold.contended);
    this.moved();
    this.wake(hold);
  }

  private refused(hold: LeasedHold, { refused, place }: DriverRefusal): void {
    if (place !== undefined) hold.hear(place);
    if (refused === 'closed') this.fail(hold, 'rejected', (situation) => new LockClosedError(situation));
    else if (refused === 'full') this.fail(hold, 'rejected', (at) => new LockQueueFullError(at, hold.maxQueue!));
    else this.fail(hold, 'busy', (situation) => new LockTimeoutError(situation, 0));
  }

  private fail(hold: LeasedHold, outcome: Outcome, errorFor: (situation: LockSituation) => LockError): void {
    if (!this.waiting.has(hold)) return;
    hold.context?.disarm();
    const waited = this.leave(hold, outcome);
    // After it left: it does not wait for itself.
    const reason = errorFor(this.situation(hold));
    hold.context?.following?.failed(outcome, reason, waited);
    hold.settle(Promise.reject(reason));
  }

  private leave(hold: LeasedHold, outcome: Outcome): number {
    this.waiting.delete(hold);
    this.moved();
    return this.stats.gaveUp(now() - hold.time, outcome, hold.contended);
  }

  private setFree(): void {
    this.holder = undefined;
    this.stats.freed(this);
    this.moved();
  }

  /** Says where it stands now to whoever keeps it while it is in use. */
  private moved(): void {
    const { awaitedElsewhere } = this.stats;
    if (this.holder === undefined && this.waiting.size > 0) awaitedElsewhere.add(this);
    else awaitedElsewhere.delete(this);
    if (this.used) this.home?.attach(this.slot, this);
    else this.home?.detach(this.slot);
  }
}
