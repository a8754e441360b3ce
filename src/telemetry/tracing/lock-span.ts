/**
 * The spans of one attempt: what they are called, which attributes every one of them has, what makes them an error.
 *
 * Invariant: the name has the declared lock name only, and a key is in no attribute as it is unless that was asked for.
 */
import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import { hashKey } from '../../key-hash.js';
import type { LockAttempt } from '../../observer.js';
import type { Outcome } from '../../stats.js';
import { ATTRIBUTES, SCOPE, SPANS } from '../names.js';
import { tracingSettings } from './tracing-settings.js';

/** The outcomes that are failures. An abort is the caller's own wish, and so is not to wait for a lock that is busy. */
const FAILURES: ReadonlySet<Outcome> = new Set(['timeout', 'rejected', 'error']);

/** What a span may have from its start. */
export interface SpanStart {
  readonly links?: Link[];
  /** For a span that is made when it is over. */
  readonly startTime?: TimeInput | undefined;
}

/** The span of the time in the queue. `found`: what an engine said of that queue. */
export function startWaitSpan(attempt: LockAttempt, parent: Context, start: SpanStart, found?: Attributes): Span {
  const { queueDepth, timeout } = attempt;
  const attributes: Attributes = { [ATTRIBUTES.queueDepth]: queueDepth };
  if (timeout !== undefined && timeout !== Infinity) attributes[ATTRIBUTES.timeout] = timeout / 1e3;
  return startSpan(SPANS.wait, attempt, parent, Object.assign(attributes, found), start);
}

/** The span of the possession. */
export function startHoldSpan(
  attempt: LockAttempt,
  parent: Context,
  contended: boolean,
  token?: bigint,
  start: SpanStart = {},
): Span {
  const attributes: Attributes = { [ATTRIBUTES.contended]: contended };
  if (token !== undefined) attributes[ATTRIBUTES.fencingToken] = String(token);
  return startSpan(SPANS.hold, attempt, parent, attributes, start);
}

/** Says how the attempt ended; `reason` is what its caller was given instead of the lock. */
export function setOutcome(span: Span, outcome: Outcome, reason?: unknown): void {
  span.setAttribute(ATTRIBUTES.outcome, outcome);
  if (isFailure(outcome)) setError(span, reason);
}

export function isFailure(outcome: Outcome): boolean {
  return FAILURES.has(outcome);
}

export function setError(span: Span, error: unknown): void {
  span.setAttribute(ATTRIBUTES.errorType, error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function startSpan(kind: string, attempt: LockAttempt, parent: Context, own: Attributes, start: SpanStart): Span {
  // Not two spreads: V8 takes microseconds for the second.
  const attributes = Object.assign(identity(attempt), own);
  return trace.getTracer(SCOPE).startSpan(`${kind} ${attempt.lock}`, { ...start, attributes } as SpanOptions, parent);
}

function identity({ lock, backend, key, label }: LockAttempt): Attributes {
  const attributes: Attributes = { [ATTRIBUTES.name]: lock, [ATTRIBUTES.backend]: backend };
  if (key !== undefined) {
    attributes[ATTRIBUTES.keyHash] = hashKey(key);
    if (tracingSettings().spanKey) attributes[ATTRIBUTES.key] = key;
  }
  if (label !== undefined) attributes[ATTRIBUTES.label] = label;
  return attributes;
}
