/**
 * Finds deadlocks among holders of one process, when the attempt that closes the circle queues.
 *
 * It follows the holds of `run()` and of all that is built on it: the body, and whatever that starts, knows what it is inside
 * of. `acquire()` and `hold()` give the lock to code that is not inside of anything, so they are followed as waiters only.
 *
 * Work that a body starts and does not await has the body's context too, and then waits for no deadlock: hence a circle is
 * reported, and an attempt is rejected only in `'throw'` mode and with proof that each holder of the circle awaits its wait.
 */
import { LockDeadlockError } from '../errors.js';
import type { Hold } from '../hold.js';
import type { Nesting } from '../lock-home.js';
import type { StatsRegistry } from '../stats-registry.js';
import { TICK } from '../ticker.js';
import { callSite, linesOf } from './call-site.js';
import type { Deadlock, DeadlockMember } from './deadlock.js';
import { framesOf, pruned } from './held-frame.js';
import { idleRunner } from './named-body.js';
import { NestedWait } from './nested-wait.js';
import { nestings } from './nesting.js';
import { report, tell } from './report.js';
import type { Step } from './wait-graph.js';

/** Those of the platform, whatever fake timers a test puts in their place later. */
const { setImmediate, setTimeout } = globalThis;

/**
 * What awaits the whole handler of a request, and so proves it where a hold ends with the response. That any function awaits
 * proves nothing there: it may be work that the handler started and does not await.
 */
const ROUTER = /[\\/]@nestjs[\\/]core[\\/]router[\\/]/;

export class Detection implements Nesting {
  private readonly shared = nestings();

  constructor(
    private readonly registry: StatsRegistry,
    /** Whether an attempt may be rejected. */
    readonly throws: boolean,
  ) {}

  body<T>(fn: (hold: Hold) => T, hold: Hold): T {
    const { frames } = this.shared;
    const outer = pruned(frames.getStore());
    if (!this.throws) return frames.run({ hold, marker: undefined, outer }, fn, hold);
    const runner = idleRunner();
    return frames.run({ hold, marker: runner.name, outer }, runner, fn, hold) as T;
  }

  queued(waiter: Hold, granted: Promise<true>): Promise<true> {
    const frame = pruned(this.shared.frames.getStore());
    if (frame === undefined) return granted;
    // It stands in the queue already: whatever goes wrong here, it is to get its turn.
    return (
      this.guarded(() => this.look(new NestedWait(waiter, framesOf(frame), callSite(this.queued)), granted)) ?? granted
    );
  }

  deadlockOf(waiter: Hold): Deadlock | undefined {
    return this.guarded(() => {
      const { waits } = this.shared;
      const { holder } = waiter.owner;
      const wait = waits.of(waiter);
      const own = wait === undefined ? undefined : waits.circleOf(wait);
      const circle = own ?? (holder === undefined ? undefined : waits.circleThrough(holder));
      return circle === undefined ? undefined : describe(circle);
    });
  }

  private look(wait: NestedWait, granted: Promise<true>): Promise<true> {
    const { waits } = this.shared;
    waits.add(wait);
    const over = (): void => waits.delete(wait);
    granted.then(over, over);
    const circle = waits.circleOf(wait);
    if (circle !== undefined) this.found(circle, wait);
    return this.throws ? wait.turn(granted) : granted;
  }

  private found(circle: readonly Step<NestedWait>[], last: NestedWait): void {
    const deadlock = describe(circle);
    // A wait of the same hold for the same lock, as siblings have, closed the circle before, and that was said then.
    const [, another] = this.shared.waits.alike(circle[0]!);
    if (another === undefined) report(this.registry, deadlock, circle);
    else tell(deadlock, last.waiter);
    // Those who await the attempt do so a few turns of the microtask queue from now.
    if (this.throws) setImmediate(() => this.reject(last));
  }

  /** Rejects this attempt if it is proven to be in a deadlock, and looks again later if it is not proven yet. Never rejects. */
  private async reject(wait: NestedWait): Promise<void> {
    try {
      const proven = await this.isProven(wait);
      const circle = this.shared.waits.circleOf(wait);
      if (circle === undefined) return;
      if (!proven) return void setTimeout(() => this.reject(wait), TICK).unref();
      const deadlock = describe(circle);
      wait.waiter.context!.onDeadlock((situation) => wait.calledFrom(new LockDeadlockError(situation, deadlock)));
    } catch (error) {
      this.registry.observers.report(error);
    }
  }

  /** Whether nothing but the end of this wait can end the holds of its circle. */
  private async isProven(wait: NestedWait): Promise<boolean> {
    const { waits } = this.shared;
    const [own, ...others] = waits.circleOf(wait) ?? [];
    if (own === undefined) return false;
    const proofs = others.map((step) => some(waits.alike(step), (alike) => this.isAwaited(alike, step.hold)));
    return (await Promise.all([this.isAwaited(wait, own.hold), ...proofs])).every(Boolean);
  }

  /** Whether the hold cannot end before this wait, which was made in it, does. */
  private async isAwaited(wait: NestedWait, hold: Hold): Promise<boolean> {
    const marker = wait.frames.find((frame) => frame.hold === hold)?.marker;
    if (marker === undefined) return false;
    const chain = await wait.awaitedBy();
    if (chain.some(({ name }) => name === marker)) return true;
    return this.shared.endElsewhere.has(hold) && chain.some(({ file }) => ROUTER.test(file));
  }

  /** What is found out, if that goes well: it is never worth the lock. */
  private guarded<T>(find: () => T): T | undefined {
    try {
      return find();
    } catch (error) {
      this.registry.observers.report(error);
      return undefined;
    }
  }
}

async function some<T>(values: Iterable<T>, test: (value: T) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(Array.from(values, test))).includes(true);
}

function describe(circle: readonly Step<NestedWait>[]): Deadlock {
  return Object.freeze({ members: Object.freeze(circle.map(memberOf)) });
}

function memberOf({ hold, wait: { waiter, site } }: Step<NestedWait>): DeadlockMember {
  const { lock, key, label } = hold;
  const { lock: wants, key: wantsKey } = waiter;
  return Object.freeze({ lock, key, label, wants, wantsKey, site: Object.freeze(linesOf(site)), waited: waiter.age });
}
