/**
 * Who waits for whom: the waits of those that hold something meanwhile, found by what they hold.
 *
 *     a wait ──> its lock's holder ──> the waits made inside that hold ──> their locks' holders ──> …
 *
 * A circle is closed by the attempt that queues last, so looking once, from each attempt that queues inside a hold, finds
 * them all. Those ahead in the queue need no edge: they wait for the same holder.
 *
 * Invariants: a wait is here exactly while it lasts, under each hold that lasted when it began, and a circle is made of waits
 * and holds that last. A look takes one step for each wait at most, and no stack.
 */
import type { Hold } from '../hold.js';
import type { LockState } from '../lock-state.js';
import type { HeldFrame } from './held-frame.js';

/** An attempt that queues in a context that holds something. */
export interface GraphWait {
  /** What stands in the queue, and leads to the lock. */
  readonly waiter: Hold;
  /** What its context held when it queued, the innermost first. The chain itself grows shorter meanwhile. */
  readonly frames: readonly HeldFrame[];
}

/** A hold that is in a circle, and the wait that it cannot end without. */
export interface Step<W extends GraphWait> {
  readonly hold: Hold;
  readonly wait: W;
}

/** A wait, and the one whose lock's holder made it. */
interface Reached<W extends GraphWait> {
  readonly wait: W;
  readonly before: Reached<W> | undefined;
}

export class WaitGraph<W extends GraphWait> {
  private readonly byWaiter = new Map<Hold, W>();
  private readonly byHold = new Map<Hold, Map<LockState, Set<W>>>();

  add(wait: W): void {
    const { waiter, frames } = wait;
    this.byWaiter.set(waiter, wait);
    for (const { hold } of frames) {
      const locks = this.byHold.get(hold) ?? new Map<LockState, Set<W>>();
      const waits = locks.get(waiter.owner) ?? new Set();
      this.byHold.set(hold, locks.set(waiter.owner, waits.add(wait)));
    }
  }

  delete(wait: W): void {
    const { waiter, frames } = wait;
    this.byWaiter.delete(waiter);
    for (const { hold } of frames) {
      const locks = this.byHold.get(hold);
      const waits = locks?.get(waiter.owner);
      waits?.delete(wait);
      if (waits?.size === 0) locks!.delete(waiter.owner);
      if (locks?.size === 0) this.byHold.delete(hold);
    }
  }

  /** The wait of this waiter. */
  of(waiter: Hold): W | undefined {
    return this.byWaiter.get(waiter);
  }

  /** The waits made inside of this hold for the lock of a step: any of them leads the same way. */
  alike({ hold, wait }: Step<W>): Iterable<W> {
    return this.byHold.get(hold)?.get(wait.waiter.owner) ?? [];
  }

  /** The shortest circle that this wait is in, beginning with it. */
  circleOf(wait: W): Step<W>[] | undefined {
    const inside = new Set(wait.frames.map(({ hold }) => hold));
    return this.circle([{ wait, before: undefined }], (holder) => inside.has(holder));
  }

  /** The shortest circle that this hold is in, beginning with a wait of its own. */
  circleThrough(hold: Hold): Step<W>[] | undefined {
    return this.circle(this.waitsIn(hold, undefined), (holder) => holder === hold);
  }

  /** Follows what each wait waits for until that is where the circle closes. */
  private circle(reached: Reached<W>[], closes: (holder: Hold) => boolean): Step<W>[] | undefined {
    const seen = new Set<Hold>();
    // It grows on the way.
    for (const at of reached) {
      const { waiter } = at.wait;
      const { holder } = waiter.owner;
      if (holder === undefined || !waiter.waiting || seen.has(holder)) continue;
      if (closes(holder)) return stepsTo(at, holder);
      seen.add(holder);
      for (const next of this.waitsIn(holder, at)) reached.push(next);
    }
    return undefined;
  }

  /** One for each lock that is waited for. */
  private waitsIn(hold: Hold, before: Reached<W> | undefined): Reached<W>[] {
    const waits = this.byHold.get(hold)?.values() ?? [];
    return Array.from(waits, ([wait]) => ({ wait: wait!, before }));
  }
}

/** Each wait with the hold that it was made in: the first with the last one's holder, each other with the one before's. */
function stepsTo<W extends GraphWait>(last: Reached<W>, closing: Hold): Step<W>[] {
  const waits: W[] = [];
  for (let at: Reached<W> | undefined = last; at !== undefined; at = at.before) waits.push(at.wait);
  waits.reverse();
  return waits.map((wait, i) => ({ wait, hold: i === 0 ? closing : waits[i - 1]!.waiter.owner.holder! }));
}
