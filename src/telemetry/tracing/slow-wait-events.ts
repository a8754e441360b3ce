/**
 * The event on a wait span that says, while the wait lasts, that it is slow and who holds: a trace of a request that was
 * killed in the queue has no end, but it has this.
 *
 * Invariant: each wait is told once, at most; those that wait stand in the order of their arrival, so one look stops at the
 * first that is not slow yet.
 */
import type { Span } from '@opentelemetry/api';
import { now } from '../../clock.js';
import type { LockAttempt } from '../../observer.js';
import { SLOW_WAIT } from '../../slow-watch.js';
import { onTick } from '../../ticker.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { holderAttributes } from './held-elsewhere.js';

/** A wait in progress that has a span. */
export interface TracedWait {
  readonly span: Span;
  readonly lock: LockAttempt['owner'];
  readonly since: number;
}

const waits = new Set<TracedWait>();
let stop: (() => void) | undefined;

/** Watches a wait. Returns the function that ends that. */
export function watchWait(span: Span, lock: TracedWait['lock']): () => void {
  const wait = { span, lock, since: now() };
  waits.add(wait);
  stop ??= onTick(tellSlowWaits);
  return () => waits.delete(wait);
}

function tellSlowWaits(): void {
  const time = now();
  for (const wait of waits) {
    if (time - wait.since < SLOW_WAIT) break;
    waits.delete(wait);
    const { stats } = wait.lock;
    stats.observers.guard(() => tell(wait));
  }
  if (waits.size > 0) return;
  stop?.();
  stop = undefined;
}

function tell({ span, lock }: TracedWait): void {
  const { holderLabel, holderAge, holderProcess, queueDepth } = lock.situation();
  const holder = holderAttributes(holderLabel, holderAge, holderProcess);
  span.addEvent(EVENTS.slowWait, { ...holder, [ATTRIBUTES.queueDepth]: queueDepth });
}
