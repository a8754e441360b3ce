/**
 * Spans of lock attempts through the OpenTelemetry API: `lock.wait <name>` if the attempt had to queue, `lock.hold <name>`
 * for the possession, siblings under the caller's span. The wait links to the hold it waited behind (`blocked_by`), which
 * usually is in another trace: from a slow request to the request that made it slow.
 *
 * Invariants: no span without a recording parent; the hold span is active for the body and for nothing else; the parent is
 * the context of the *attempt*, because the grant of a queued attempt happens in the releaser's.
 */
import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Hold } from '../hold.js';
import { hashKey } from '../key-hash.js';
import type { AttemptObserver, LockAttempt, LockObserver } from '../observer.js';
import { processWide } from '../process-wide.js';
import type { Outcome } from '../stats.js';
import { hasRecordingSpan } from './active-span.js';
import { ATTRIBUTES, BLOCKED_BY, SCOPE, SPANS } from './names.js';

/** The hold span of every hold that has one, for the links of those who wait behind it. */
const holdSpans = new WeakMap<Hold, Span>();

/** The outcomes that are failures. An abort is the caller's own wish. */
const FAILURES: ReadonlySet<Outcome> = new Set(['timeout', 'rejected', 'error']);

/** The observer that makes spans. One per process suffices, and the package installs it. */
export const tracing: LockObserver = {
  wants: () => processWide.spans !== 'off' && hasRecordingSpan(),
  attempt: (attempt) => new TracedAttempt(attempt, context.active()),
};

class TracedAttempt implements AttemptObserver {
  private readonly wait: Span | undefined;
  private hold: Span | undefined;

  constructor(
    private readonly attempt: LockAttempt,
    private readonly parent: Context,
  ) {
    if (attempt.contended) this.wait = this.startWait();
  }

  granted(hold: Hold): void {
    this.wait?.setAttribute(ATTRIBUTES.outcome, 'acquired');
    this.wait?.end();
    const attributes = { ...this.identity(), [ATTRIBUTES.contended]: this.attempt.contended };
    this.hold = this.start(SPANS.hold, attributes, []);
    holdSpans.set(hold, this.hold);
  }

  failed(outcome: Outcome, reason: unknown): void {
    const span = this.hold ?? this.wait;
    if (span === undefined) return;
    span.setAttribute(ATTRIBUTES.outcome, outcome);
    if (FAILURES.has(outcome)) fail(span, reason);
    span.end();
  }

  body<T>(run: () => T): T {
    return this.hold === undefined ? run() : context.with(trace.setSpan(this.parent, this.hold), run);
  }

  threw(error: unknown): void {
    if (this.hold !== undefined) fail(this.hold, error);
  }

  released(): void {
    this.hold?.end();
  }

  private startWait(): Span {
    const { blocker, queueDepth, timeout } = this.attempt;
    const attributes: Attributes = { ...this.identity(), [ATTRIBUTES.queueDepth]: queueDepth };
    if (timeout !== undefined && timeout !== Infinity) attributes[ATTRIBUTES.timeout] = timeout / 1e3;
    return this.start(SPANS.wait, attributes, linksTo(blocker));
  }

  private start(kind: string, attributes: Attributes, links: Link[]): Span {
    const tracer = trace.getTracer(SCOPE);
    return tracer.startSpan(`${kind} ${this.attempt.lock}`, { attributes, links }, this.parent);
  }

  private identity(): Attributes {
    const { lock, backend, key, label } = this.attempt;
    const identity: Attributes = { [ATTRIBUTES.name]: lock, [ATTRIBUTES.backend]: backend };
    if (key !== undefined) identity[ATTRIBUTES.keyHash] = hashKey(key);
    if (label !== undefined) identity[ATTRIBUTES.label] = label;
    return identity;
  }
}

/** A link to the hold that is waited for, when it is sampled: a link to a span that was dropped leads nowhere. */
function linksTo(blocker: Hold | undefined): Link[] {
  const span = blocker === undefined ? undefined : holdSpans.get(blocker);
  if (span === undefined) return [];
  const spanContext = span.spanContext();
  if ((spanContext.traceFlags & TraceFlags.SAMPLED) === 0) return [];
  return [{ context: spanContext, attributes: { [ATTRIBUTES.linkType]: BLOCKED_BY } }];
}

function fail(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute(ATTRIBUTES.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
