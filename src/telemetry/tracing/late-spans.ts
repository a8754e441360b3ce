/**
 * The spans of one attempt, made when it turned out to be slow. A fast one costs no span and no exemplar, however many
 * requests are sampled.
 *
 * Invariant: a hold that was slow is in the chain before the wait behind it ends, so that the wait can link to it. What the
 * body does cannot nest under a span that is made after it.
 */
import type { Context } from '@opentelemetry/api';
import type { Deadlock } from '../../deadlock/deadlock.js';
import type { Hold } from '../../hold.js';
import type { AttemptObserver, LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { markExemplar } from './exemplars.js';
import { chain } from './hold-chain.js';
import { setError, startHoldSpan } from './lock-span.js';
import type { TracingSettings } from './tracing-settings.js';
import { WaitSpan } from './wait-span.js';

export class LateSpans implements AttemptObserver {
  private wait: WaitSpan | undefined;
  private hold: Hold | undefined;
  private thrown: { readonly error: unknown } | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly settings: TracingSettings,
  ) {
    this.wait = attempt.contended ? new WaitSpan(attempt, parent, settings) : undefined;
  }

  granted(hold: Hold): void {
    this.wait?.end('acquired', hold.waited, hold.owner);
    this.hold = hold;
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    if (this.hold === undefined) this.wait?.end(outcome, waited, this.attempt.blocker?.owner, reason);
  }

  deadlocked(deadlock: Deadlock): void {
    this.wait?.deadlocked(deadlock);
  }

  threw(error: unknown): void {
    this.thrown = { error };
  }

  released(queueDepth: number, held: number): void {
    const { hold, parent, thrown } = this;
    if (hold === undefined || held < this.settings.minHoldSpan) return;
    const endTime = Date.now();
    const span = startHoldSpan(this.attempt, parent, hold.fencingToken, { startTime: endTime - held });
    chain(hold, span.spanContext());
    markExemplar(hold.owner.stats.hold, held, span.spanContext());
    if (thrown !== undefined) setError(span, thrown.error);
    if (queueDepth > 0) span.addEvent(EVENTS.queueObserved, { [ATTRIBUTES.queueDepth]: queueDepth });
    span.end(endTime);
  }
}
