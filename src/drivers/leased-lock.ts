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
import { LockEngineError, type LockError, LockLostError, LockNotHeldError, type LockSituation } from '../errors.js';
import type { Hold } from '../hold.js';
import { Lock } from '../lock.js';
import type { LockHome } from '../lock-home.js';
import { runAttemptInTurn } from '../lock-run.js';
import { type AcquireOptions, checkBody, type LockOptions } from '../options.js';
import type { LockStats, Outcome } from '../stats.js';
import type { DriverGrant, DriverRefusal, LeaseLoss, LockDriver } from './driver.js';
import { countLoss, outcomeOf, refusalError } from './endings.js';
import { LeasedHold } from './leased-hold.js';
import { resourceOf } from './resource.js';
import { asTold, lastTold } from './told-situation.js';

export class LeasedLock extends Lock {
  private readonly waiting = new Set<LeasedHold>();
  /** Holds taken by `acquire()` that were lost: the `release()` that each of them still makes must not end another's. */
  private owed = 0;

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
      return hold.owner.enqueue(hold).then(() => {
        hold.bare = hold.owner.confirm(hold);
        return true;
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  override release(): void {
    const lock = this.current();
    if (lock.owed > 0) {
      lock.owed--;
      lock.moved();
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

  /** No body begins, and no caller is told that it holds, when that is over already. */
  override confirm(hold: Hold): true {
    super.confirm(hold);
    this.holds(hold as LeasedHold);
    const { loss } = hold as LeasedHold;
    if (loss !== undefined) throw loss;
    return true;
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
    countLoss(this.stats, loss.cause);
    this.stats.hold.observe(held);
    if (hold.bare) this.owed++;
    this.setFree();
    const following = hold.context?.unfollow();
    const { depth } = this;
    // First of all its signal: whoever else is told may look at it. Each of them may do anything to this lock.
    hold.abort(error);
    following?.lost(error);
    following?.released(depth, held);
    this.home.lost(error);
  }

  protected override admit(context: AttemptContext | undefined, options: AcquireOptions | undefined): Hold {
    this.checkOpen(context, options?.signal);
    return new LeasedHold(this, context, options?.maxQueue ?? this.maxQueue);
  }

  /** What was lost unnoticed is a loss, not a release. */
  protected override end(hold: Hold): void {
    if (this.holds(hold as LeasedHold)) super.end(hold);
  }

  /** Who waits for it gets it from the engine. */
  protected override succeed(): undefined {
    const hold = this.holder as LeasedHold;
    this.setFree();
    hold.giveBack();
  }

  /** Whether it holds still. If not, that has been told when this returns. */
  private holds(hold: LeasedHold): boolean {
    if (this.holder === hold && !hold.grant!.isValid()) this.lose(hold, { cause: 'lease-deadline' });
    return this.holder === hold;
  }

  private ask(hold: LeasedHold): void {
    hold.pending = this.driver.acquire(this.resource, hold);
  }

  /** The driver says that it is the turn of `hold`. */
  granted(hold: LeasedHold, grant: DriverGrant): void {
    if (!this.waiting.has(hold)) return void grant.release();
    // This process stood still for as long as the lease: the turn is gone, and it asks for another.
    if (!grant.isValid()) return void this.ask(hold);
    const earlier = this.holder as LeasedHold | undefined;
    if (earlier !== undefined) {
      if (this.holds(earlier)) this.lose(earlier, { cause: 'taken' });
      // The driver need not know yet that it has nothing to renew. And whoever was told may have ended this attempt.
      void earlier.grant!.release();
      return void this.granted(hold, grant);
    }
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

  /** The driver says that `hold` has no turn. */
  refused(hold: LeasedHold, { refused, place }: DriverRefusal): void {
    if (place !== undefined) hold.hear(place);
    this.fail(hold, outcomeOf(refused), (situation) => refusalError(refused, situation, hold.maxQueue));
  }

  /** The driver says that there will be no answer for `hold`. */
  failed(hold: LeasedHold, error: Error): void {
    this.fail(hold, 'error', (situation) => new LockEngineError(situation, this.driver.kind, error));
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
    if (this.used || this.owed > 0) this.home.attach(this.slot, this);
    else this.home.detach(this.slot);
    if (!this.used) this.home.idle();
  }
}
