/**
 * The spans of one attempt, made while it happens: `lock.wait` from its arrival, `lock.hold` from the grant and active for
 * the body.
 *
 * Invariants: the parent of both is the context of the *attempt*, because the grant of a queued attempt happens in the
 * releaser's; the hold span is active for the body and for nothing else.
 */
import { type Context, context, type Span, trace } from '@opentelemetry/api';
import type { BackendResult } from '../../backend-stats.js';
import type { Deadlock } from '../../deadlock/deadlock.js';
import type { QueuePlace } from '../../drivers/driver.js';
import type { LockLostError } from '../../errors.js';
import type { Hold } from '../../hold.js';
import type { AttemptObserver, LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { markExemplar } from './exemplars.js';
import { chain } from './hold-chain.js';
import { HoldStory } from './hold-story.js';
import { setOutcome, startHoldSpan } from './lock-span.js';
import { share } from './shared-span.js';
import type { WaitSpan } from './wait-span.js';

export class LiveSpans implements AttemptObserver {
  private readonly story = new HoldStory();
  private hold: Hold | undefined;
  private span: Span | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly wait: WaitSpan,
  ) {}

  queued(place: QueuePlace): void {
    this.wait.queued(place);
  }

  granted(hold: Hold): void {
    const { attempt, parent, wait } = this;
    wait.end('acquired', hold.waited);
    this.hold = hold;
    this.span = startHoldSpan(attempt, parent, wait.contended, hold.fencingToken);
    chain(hold, this.span.spanContext());
    share(hold, this.span.spanContext());
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    if (this.span === undefined) {
      this.wait.end(outcome, waited, reason);
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
    this.story.threw(error);
  }

  renewed(result: BackendResult): void {
    this.story.renewed(result);
  }

  lost(error: LockLostError): void {
    this.story.lost(error);
  }

  released(queueDepth: number, held: number): void {
    const { hold, span } = this;
    if (hold === undefined || span === undefined) return;
    markExemplar(hold.owner.stats.hold, held, span.spanContext());
    this.story.tell(span, queueDepth);
    span.end();
  }
}
