/**
 * The spans of one attempt, made while it happens: `lock.wait` from its arrival, `lock.hold` from the grant and active for
 * the body.
 *
 * Invariants: the parent of both is the context of the *attempt*, because the grant of a queued attempt happens in the
 * releaser's; the hold span is active for the body and for nothing else.
 */
import { type Context, context, type Span, trace } from '@opentelemetry/api';
import type { Deadlock } from '../../deadlock/deadlock.js';
import type { Hold } from '../../hold.js';
import type { AttemptObserver, LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { markExemplar } from './exemplars.js';
import { chain } from './hold-chain.js';
import { setError, setOutcome, startHoldSpan } from './lock-span.js';
import type { WaitSpan } from './wait-span.js';

export class LiveSpans implements AttemptObserver {
  private hold: Hold | undefined;
  private span: Span | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly wait: WaitSpan,
  ) {}

  granted(hold: Hold): void {
    this.wait.end('acquired', hold.waited, hold.owner);
    this.hold = hold;
    this.span = startHoldSpan(this.attempt, this.parent, hold.fencingToken);
    chain(hold, this.span.spanContext());
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    if (this.span === undefined) {
      this.wait.end(outcome, waited, this.attempt.blocker?.owner, reason);
      return;
    }
    setOutcome(this.span, outcome, reason);
    this.span.end();
  }

  body<T>(run: () => T): T {
    return this.span === undefined ? run() : context.with(trace.setSpan(this.parent, this.span), run);
  }

  deadlocked(deadlock: Deadlock): void {
    this.wait.deadlocked(deadlock);
  }

  threw(error: unknown): void {
    if (this.span !== undefined) setError(this.span, error);
  }

  released(queueDepth: number, held: number): void {
    const { hold, span } = this;
    if (hold === undefined || span === undefined) return;
    markExemplar(hold.owner.stats.hold, held, span.spanContext());
    if (queueDepth > 0) span.addEvent(EVENTS.queueObserved, { [ATTRIBUTES.queueDepth]: queueDepth });
    span.end();
  }
}
