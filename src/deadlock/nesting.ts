/**
 * What a process has one of for finding deadlocks, whatever number of copies of this package are loaded: the holds of each
 * async context, and who waits for whom.
 *
 * Invariant: the store is in use from the first body that is followed, and not before. On Node 20 it costs every promise of the
 * process a little; a process whose managers look for no deadlocks has none.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Hold } from '../hold.js';
import { processWide } from '../process-wide.js';
import type { HeldFrame } from './held-frame.js';
import type { NestedWait } from './nested-wait.js';
import { WaitGraph } from './wait-graph.js';

export interface Nestings {
  /** The innermost hold of the current context. */
  readonly frames: AsyncLocalStorage<HeldFrame>;
  readonly waits: WaitGraph<NestedWait>;
  /** Holds that end when something other than their body does, such as a response. */
  readonly endElsewhere: WeakSet<Hold>;
  /** Bodies that were given a name, so that the names differ. */
  named: number;
}

export function nestings(): Nestings {
  processWide.nestings ??= {
    frames: new AsyncLocalStorage(),
    waits: new WaitGraph(),
    endElsewhere: new WeakSet(),
    named: 0,
  };
  return processWide.nestings;
}

/** Says that the body of this hold awaits something else, such as a response, and not the work that is done in it. */
export function endsElsewhere(hold: Hold): void {
  if (hold.owner.nesting?.throws === true) nestings().endElsewhere.add(hold);
}
