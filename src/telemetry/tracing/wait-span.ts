/**
 * The span of the time in the queue, with links to the holds that were in the way. It is started on arrival, or made when
 * the wait is over if only slow ones are wanted.
 *
 * Invariant: a wait that failed, or was in a deadlock, is never too short for a span.
 */
import { type Context, type Span, trace } from '@opentelemetry/api';
import { type Deadlock, deadlockLines } from '../../deadlock/deadlock.js';
import type { Hold } from '../../hold.js';
import type { LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { markExemplar } from './exemplars.js';
import { type ChainedHold, endOfChain, linksAfter, linkTo } from './hold-chain.js';
import { isFailure, setOutcome, startWaitSpan } from './lock-span.js';
import { watchWait } from './slow-wait-events.js';
import type { TracingSettings } from './tracing-settings.js';

export class WaitSpan {
  private readonly span: Span | undefined;
  private readonly place: ChainedHold | undefined;
  private readonly deadlocks: { deadlock: Deadlock; time: number }[] = [];
  private readonly unwatch: (() => void) | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly settings: TracingSettings,
  ) {
    const { contended, blocker } = attempt;
    this.place = blocker === undefined ? undefined : endOfChain(blocker.owner);
    if (!startsOnArrival(settings, contended)) return;
    this.span = startWaitSpan(attempt, parent, { links: linkTo(blocker) });
    if (blocker !== undefined) this.unwatch = watchWait(this.span, blocker);
  }

  /** @param waited Milliseconds. */
  end(outcome: Outcome, waited: number, lock: Hold['owner'] | undefined, reason?: unknown): void {
    this.unwatch?.();
    const { span, parent, settings } = this;
    if (span !== undefined) {
      this.addFurtherLinks(span);
      this.finish(span, outcome, waited, lock, reason);
    } else if (this.place !== undefined && this.isWorthOne(outcome, waited)) {
      // As long as the lock measured it.
      const endTime = Date.now();
      this.finish(this.afterwards(this.place, endTime - waited), outcome, waited, lock, reason, endTime);
    } else if (lock !== undefined && settings.spans !== 'slow') {
      markExemplar(lock.stats.wait, waited, trace.getSpan(parent)?.spanContext());
    }
  }

  /** It waits in a deadlock. Said at once on a span that is there, and at the end on one that is made then. */
  deadlocked(deadlock: Deadlock): void {
    this.deadlocks.push({ deadlock, time: Date.now() });
    if (this.span !== undefined) this.sayDeadlocks(this.span);
  }

  private sayDeadlocks(span: Span): void {
    for (const { deadlock, time } of this.deadlocks.splice(0)) {
      span.addEvent(EVENTS.deadlock, { [ATTRIBUTES.deadlock]: deadlockLines(deadlock) }, time);
    }
  }

  private isWorthOne(outcome: Outcome, waited: number): boolean {
    return waited >= this.settings.minWaitSpan || isFailure(outcome) || this.deadlocks.length > 0;
  }

  private finish(
    span: Span,
    outcome: Outcome,
    waited: number,
    lock: Hold['owner'] | undefined,
    reason: unknown,
    endTime?: number,
  ): void {
    if (lock !== undefined) markExemplar(lock.stats.wait, waited, span.spanContext());
    this.sayDeadlocks(span);
    setOutcome(span, outcome, reason);
    span.end(endTime);
  }

  private addFurtherLinks(span: Span): void {
    const { place, attempt } = this;
    // An SDK from before version 1.9 of the API makes spans without `addLink`.
    if (place !== undefined) for (const link of linksAfter(place, attempt.blocker)) span.addLink?.(link);
  }

  private afterwards(place: ChainedHold, startTime: number): Span {
    const { attempt, parent } = this;
    const links = [...linkTo(attempt.blocker), ...linksAfter(place, attempt.blocker)];
    return startWaitSpan(attempt, parent, { links, startTime });
  }
}

function startsOnArrival({ spans, minWaitSpan }: TracingSettings, contended: boolean): boolean {
  if (spans === 'slow' || minWaitSpan > 0) return false;
  return contended || spans === 'always';
}
