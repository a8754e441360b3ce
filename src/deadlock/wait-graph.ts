/**
 * Who waits for whom: the waits of those that hold something meanwhile, found by what they hold.
 *
 *     a wait ──> its lock's holder ──> the waits made inside that hold ──> their locks' holders ──> …
 *
 * A circle is closed by the attempt that queues last, so looking once, from each attempt that queues inside a hold, finds
 * them all. Those ahead in the queue need no edge: they wait for the same holder.
 *
 * Invariant: a wait is here exactly while it lasts, and a circle is made of waits and holds that last.
 */
import type { Hold } from '../hold.js';
import { frameOf, type HeldFrame } from './held-frame.js';

/** An attempt that queues in a context that holds something. */
export interface GraphWait {
  /** What stands in the queue, and leads to the lock. */
  readonly waiter: Hold;
  /** What its context holds. */
  readonly frame: HeldFrame;
}

/** A hold that is in a circle, and the wait that it cannot end without. */
export interface Step<W extends GraphWait> {
  readonly hold: Hold;
  readonly wait: W;
}

export class WaitGraph<W extends GraphWait> {
  private readonly byWaiter = new Map<Hold, W>();
  private readonly byHold = new Map<Hold, Set<W>>();

  add(wait: W): void {
    this.byWaiter.set(wait.waiter, wait);
    for (const hold of holdsOf(wait)) {
      const known = this.byHold.get(hold);
      if (known === undefined) this.byHold.set(hold, new Set([wait]));
      else known.add(wait);
    }
  }

  delete(wait: W): void {
    this.byWaiter.delete(wait.waiter);
    for (const hold of holdsOf(wait)) {
      const waits = this.byHold.get(hold);
      if (waits?.delete(wait) && waits.size === 0) this.byHold.delete(hold);
    }
  }

  /** The wait of this waiter. */
  of(waiter: Hold): W | undefined {
    return this.byWaiter.get(waiter);
  }

  /** The circle that this wait is in, beginning with it. */
  circleOf(wait: W): Step<W>[] | undefined {
    return this.lead(wait, [], new Set());
  }

  /** Follows what `wait` waits for until that is one of the holds that the first wait was made in. */
  private lead(wait: W, path: readonly W[], seen: Set<Hold>): Step<W>[] | undefined {
    const holder = wait.waiter.owner.holder;
    if (holder === undefined || !wait.waiter.waiting || seen.has(holder)) return undefined;
    seen.add(holder);
    const waits = [...path, wait];
    if (frameOf(holder, waits[0]!.frame) !== undefined) return circle(waits, holder);
    for (const next of this.byHold.get(holder) ?? []) {
      const found = this.lead(next, waits, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Each wait with the hold that it was made in: the first with the last one's holder, each other with the one before's. */
function circle<W extends GraphWait>(waits: readonly W[], last: Hold): Step<W>[] {
  return waits.map((wait, i) => ({ wait, hold: i === 0 ? last : waits[i - 1]!.waiter.owner.holder! }));
}

function* holdsOf({ frame }: GraphWait): IterableIterator<Hold> {
  for (let each: HeldFrame | undefined = frame; each !== undefined; each = each.outer) yield each.hold;
}
