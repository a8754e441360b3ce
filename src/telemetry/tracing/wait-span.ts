/**
 * The span of the time in the queue, with links to the holds that were in the way. It is started on arrival, or made when
 * the wait is over if only slow ones are wanted. For a lock at a driver it is started when the engine says that the attempt has
 * to queue, and begins when that was made.
 *
 * Invariants: a wait that failed, or was in a deadlock, is never too short for a span; no wait links to a hold twice.
 */
import { type Context, type Link, type Span, trace } from '@opentelemetry/api';
import { type Deadlock, deadlockLines } from '../../deadlock/deadlock.js';
import type { QueuePlace } from '../../drivers/driver.js';
import type { LockAttempt } from '../../observer.js';
import { SLOW_WAIT } from '../../slow-watch.js';
import type { Outcome } from '../../stats.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { markExemplar } from './exemplars.js';
import { linkToHolder, placeAttributes } from './held-elsewhere.js';
import { type ChainedHold, endOfChain, linksAfter, linkTo, MOST_LINKS } from './hold-chain.js';
import { isFailure, setOutcome, startWaitSpan } from './lock-span.js';
import { watchWait } from './slow-wait-events.js';
import type { TracingSettings } from './tracing-settings.js';

export class WaitSpan {
  /** Whether it had to queue, as far as is known. */
  contended: boolean;
  private readonly arrived: number | undefined;
  private span: Span | undefined;
  /** Where the chain ended on arrival, for whoever might have to wait. */
  private readonly place: ChainedHold | undefined;
  /** Where the engine let it stand. */
  private queue: QueuePlace | undefined;
  private readonly links: Link[] = [];
  private readonly deadlocks: { deadlock: Deadlock; time: number }[] = [];
  private unwatch: (() => void) | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly settings: TracingSettings,
  ) {
    const { contended, atDriver, owner } = attempt;
    this.contended = contended;
    this.arrived = atDriver ? Date.now() : undefined;
    this.place = contended || atDriver ? endOfChain(owner) : undefined;
    if (startsOnArrival(settings, contended)) this.start();
  }

  /** The engine said that it has to queue, or who holds now. */
  queued(place: QueuePlace): void {
    const { attempt, span, queue } = this;
    this.contended = true;
    this.queue ??= place;
    if (span === undefined) {
      this.learn(linkToHolder(place.holder));
      if (startsOnArrival(this.settings, true)) this.start();
      return;
    }
    this.addLinks(span, this.learn(linkTo(attempt.blocker)));
    this.addLinks(span, this.learn(linkToHolder(place.holder)));
    if (queue === undefined) span.setAttributes(placeAttributes(place));
    this.watch(span);
  }

  /** @param waited Milliseconds. */
  end(outcome: Outcome, waited: number, reason?: unknown): void {
    this.unwatch?.();
    const { attempt, span, parent, settings } = this;
    if (span !== undefined) {
      this.addLinks(span, this.learnFurther());
      this.finish(span, outcome, waited, reason);
    } else if (this.place !== undefined && this.isWorthOne(outcome, waited)) {
      // As long as the lock measured it.
      const endTime = Date.now();
      this.learnBlocker();
      this.learnFurther();
      this.finish(this.make(endTime - waited), outcome, waited, reason, endTime);
    } else if (settings.spans !== 'slow') {
      markExemplar(attempt.owner.stats.wait, waited, trace.getSpan(parent)?.spanContext());
    }
  }

  /** It waits in a deadlock. Said at once on a span that is there, and at the end on one that is made then. */
  deadlocked(deadlock: Deadlock): void {
    this.deadlocks.push({ deadlock, time: Date.now() });
    if (this.span !== undefined) this.sayDeadlocks(this.span);
  }

  private start(): void {
    this.learnBlocker();
    this.span = this.make(this.arrived);
    this.watch(this.span);
  }

  private make(startTime: number | undefined): Span {
    const { attempt, parent, links, queue } = this;
    return startWaitSpan(attempt, parent, { links: [...links], startTime }, queue && placeAttributes(queue));
  }

  private watch(span: Span): void {
    if (this.contended) this.unwatch ??= watchWait(span, this.attempt.owner);
  }

  private sayDeadlocks(span: Span): void {
    for (const { deadlock, time } of this.deadlocks.splice(0)) {
      span.addEvent(EVENTS.deadlock, { [ATTRIBUTES.deadlock]: deadlockLines(deadlock) }, time);
    }
  }

  private isWorthOne(outcome: Outcome, waited: number): boolean {
    const { settings, contended } = this;
    const quick = outcome === 'acquired' && settings.spans !== 'slow' && waited < SLOW_WAIT;
    // Served by the engine at once, or refused before that was asked.
    if (!contended && (quick || waited === 0)) return false;
    return waited >= settings.minWaitSpan || isFailure(outcome) || this.deadlocks.length > 0;
  }

  private finish(span: Span, outcome: Outcome, waited: number, reason: unknown, endTime?: number): void {
    markExemplar(this.attempt.owner.stats.wait, waited, span.spanContext());
    this.sayDeadlocks(span);
    setOutcome(span, outcome, reason);
    span.end(endTime);
  }

  private learnBlocker(): void {
    if (this.contended) this.learn(linkTo(this.attempt.blocker));
  }

  /** Those that were let in before it in this process. */
  private learnFurther(): Link[] {
    return this.place === undefined ? [] : this.learn(linksAfter(this.place, this.attempt.blocker));
  }

  /** Adds those of `links` that it has not, as far as there is room for them, and gives these. */
  private learn(links: Link[]): Link[] {
    const known = this.links;
    const unknown = links.filter(({ context: { spanId } }) => !known.some(({ context }) => context.spanId === spanId));
    const added = unknown.slice(0, MOST_LINKS - known.length);
    known.push(...added);
    return added;
  }

  private addLinks(span: Span, links: Link[]): void {
    // An SDK from before version 1.9 of the API makes spans without `addLink`.
    for (const link of links) span.addLink?.(link);
  }
}

function startsOnArrival({ spans, minWaitSpan }: TracingSettings, contended: boolean): boolean {
  if (spans === 'slow' || minWaitSpan > 0) return false;
  return contended || spans === 'always';
}
