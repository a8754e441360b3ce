/**
 * The event on a wait span that says, while the wait lasts, that it is slow and who holds: a trace of a request that was
 * killed in the queue has no end, but it has this.
 *
 * Invariant: each wait is told once, at most; those that wait stand in the order of their arrival, so one look stops at the
 * first that is not slow yet.
 */
import type { Span } from '@opentelemetry/api';
import { now } from '../../clock.js';
import type { Hold } from '../../hold.js';
import { SLOW_WAIT } from '../../slow-watch.js';
import { onTick } from '../../ticker.js';
import { ATTRIBUTES, EVENTS } from '../names.js';

/** A wait in progress that has a span. */
export interface TracedWait {
  readonly span: Span;
  /** The hold that it found in its way; it leads to the lock. */
  readonly blocker: Hold;
  readonly since: number;
}

const waits = new Set<TracedWait>();
let stop: (() => void) | undefined;

/** Watches a wait. Returns the function that ends that. */
export function watchWait(span: Span, blocker: Hold): () => void {
  const wait = { span, blocker, since: now() };
  waits.add(wait);
  stop ??= onTick(tellSlowWaits);
  return () => waits.delete(wait);
}

function tellSlowWaits(): void {
  const time = now();
  for (const wait of waits) {
    if (time - wait.since < SLOW_WAIT) break;
    waits.delete(wait);
    const { stats } = wait.blocker.owner;
    stats.observers.guard(() => tell(wait));
  }
  if (waits.size > 0) return;
  stop?.();
  stop = undefined;
}

function tell({ span, blocker }: TracedWait): void {
  const { holderLabel, holderAge, queueDepth } = blocker.owner.situation();
  span.addEvent(EVENTS.slowWait, {
    ...(holderLabel !== undefined && { [ATTRIBUTES.holderLabel]: holderLabel }),
    ...(holderAge !== undefined && { [ATTRIBUTES.holderAge]: holderAge / 1e3 }),
    [ATTRIBUTES.queueDepth]: queueDepth,
  });
}
