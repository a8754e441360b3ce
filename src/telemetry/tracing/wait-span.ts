/**
 * The span of the time in the queue, with links to the holds that were in the way. It is started on arrival, or made when
 * the wait is over if only slow ones are wanted.
 *
 * Invariant: a wait that failed is never too short for a span.
 */
import { type Context, type Span, trace } from '@opentelemetry/api';
import type { Hold } from '../../hold.js';
import type { LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { markExemplar } from './exemplars.js';
import { type ChainedHold, endOfChain, linksAfter, linkTo } from './hold-chain.js';
import { isFailure, setOutcome, startWaitSpan } from './lock-span.js';
import { watchWait } from './slow-wait-events.js';
import type { TracingSettings } from './tracing-settings.js';

export class WaitSpan {
  private readonly span: Span | undefined;
  private readonly place: ChainedHold | undefined;
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
    const endTime = Date.now();
    const span = this.span === undefined ? this.afterwards(outcome, waited, endTime) : this.withFurtherLinks(this.span);
    const seenIn = span ?? trace.getSpan(this.parent);
    if (lock !== undefined) markExemplar(lock.stats.wait, waited, seenIn?.spanContext());
    if (span === undefined) return;
    setOutcome(span, outcome, reason);
    // As long as the lock measured it; one that was started on arrival has a better clock of its own.
    span.end(this.span === undefined ? endTime : undefined);
  }

  private withFurtherLinks(span: Span): Span {
    const { place, attempt } = this;
    // An SDK from before version 1.9 of the API makes spans without `addLink`.
    if (place !== undefined) for (const link of linksAfter(place, attempt.blocker)) span.addLink?.(link);
    return span;
  }

  private afterwards(outcome: Outcome, waited: number, endTime: number): Span | undefined {
    const { place, attempt, parent, settings } = this;
    if (place === undefined || !(waited >= settings.minWaitSpan || isFailure(outcome))) return undefined;
    const links = [...linkTo(attempt.blocker), ...linksAfter(place, attempt.blocker)];
    return startWaitSpan(attempt, parent, { links, startTime: endTime - waited });
  }
}

function startsOnArrival({ spans, minWaitSpan }: TracingSettings, contended: boolean): boolean {
  if (spans === 'slow' || minWaitSpan > 0) return false;
  return contended || spans === 'always';
}
