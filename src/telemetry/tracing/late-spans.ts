/**
 * The spans of one attempt, made when it turned out to be slow. A fast one costs no span and no exemplar, however many
 * requests are sampled.
 *
 * Invariant: a hold that was slow is in the chain before the wait behind it ends, so that the wait can link to it. What the
 * body does cannot nest under a span that is made after it.
 */
import type { Context } from '@opentelemetry/api';
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
import { startHoldSpan } from './lock-span.js';
import type { TracingSettings } from './tracing-settings.js';
import { WaitSpan } from './wait-span.js';

export class LateSpans implements AttemptObserver {
  private readonly story = new HoldStory();
  private readonly wait: WaitSpan | undefined;
  private hold: Hold | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
    private readonly settings: TracingSettings,
  ) {
    this.wait = attempt.contended || attempt.atDriver ? new WaitSpan(attempt, parent, settings) : undefined;
  }

  queued(place: QueuePlace): void {
    this.wait?.queued(place);
  }

  granted(hold: Hold): void {
    this.wait?.end('acquired', hold.waited);
    this.hold = hold;
  }

  failed(outcome: Outcome, reason: unknown, waited: number): void {
    if (this.hold === undefined) this.wait?.end(outcome, waited, reason);
  }

  deadlocked(deadlock: Deadlock): void {
    this.wait?.deadlocked(deadlock);
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
    const { attempt, hold, parent, wait } = this;
    if (hold === undefined || held < this.settings.minHoldSpan) return;
    const endTime = Date.now();
    const startTime = endTime - held;
    const span = startHoldSpan(attempt, parent, wait?.contended === true, hold.fencingToken, { startTime });
    chain(hold, span.spanContext());
    markExemplar(hold.owner.stats.hold, held, span.spanContext());
    this.story.tell(span, queueDepth);
    span.end(endTime);
  }
}
