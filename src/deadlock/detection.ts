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
import { linesOf } from './call-site.js';
import type { Deadlock, DeadlockMember } from './deadlock.js';
import { frameOf, pruned } from './held-frame.js';
import { idleRunner } from './named-body.js';
import { NestedWait } from './nested-wait.js';
import { nestings } from './nesting.js';
import { report } from './report.js';
import type { Step } from './wait-graph.js';

/** Those of the platform, whatever fake timers a test puts in their place later. */
const { setImmediate, setTimeout } = globalThis;

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
    const { frames, waits } = this.shared;
    const frame = pruned(frames.getStore());
    if (frame === undefined) return granted;
    const wait = new NestedWait(waiter, frame);
    waits.add(wait);
    const over = (): void => waits.delete(wait);
    granted.then(over, over);
    const circle = waits.circleOf(wait);
    if (circle !== undefined) this.found(circle, wait);
    return this.throws ? wait.turn(granted) : granted;
  }

  deadlockOf(waiter: Hold): Deadlock | undefined {
    const wait = this.shared.waits.of(waiter);
    const circle = wait === undefined ? undefined : this.shared.waits.circleOf(wait);
    return circle === undefined ? undefined : describe(circle);
  }

  private found(circle: readonly Step<NestedWait>[], last: NestedWait): void {
    const waiters = circle.map(({ wait }) => wait.waiter);
    report(this.registry, describe(circle), waiters);
    // Those who await the attempt do so a few turns of the microtask queue from now.
    if (this.throws) setImmediate(() => void this.reject(last));
  }

  /** Rejects this attempt if it is proven to be in a deadlock, and looks again later if it is not proven yet. */
  private async reject(wait: NestedWait): Promise<void> {
    const circle = this.shared.waits.circleOf(wait);
    if (circle === undefined) return;
    const proofs = await Promise.all(circle.map((step) => this.isAwaited(step)));
    const deadlock = this.deadlockOf(wait.waiter);
    if (deadlock === undefined) return;
    if (!proofs.every(Boolean)) setTimeout(() => void this.reject(wait), TICK).unref();
    else wait.waiter.context!.onDeadlock((situation) => wait.calledFrom(new LockDeadlockError(situation, deadlock)));
  }

  /** Whether the hold cannot end before its wait does. */
  private async isAwaited({ hold, wait }: Step<NestedWait>): Promise<boolean> {
    const marker = frameOf(hold, wait.frame)?.marker;
    if (marker === undefined) return false;
    const chain = await wait.awaitedBy();
    if (chain.some(({ name }) => name === marker)) return true;
    return this.shared.endElsewhere.has(hold) && chain.some(({ own }) => !own);
  }
}

function describe(circle: readonly Step<NestedWait>[]): Deadlock {
  return Object.freeze({ members: Object.freeze(circle.map(memberOf)) });
}

function memberOf({ hold, wait: { waiter, site } }: Step<NestedWait>): DeadlockMember {
  const { lock, key, label } = hold;
  const { lock: wants, key: wantsKey } = waiter;
  return Object.freeze({ lock, key, label, wants, wantsKey, site: Object.freeze(linesOf(site)), waited: waiter.age });
}
