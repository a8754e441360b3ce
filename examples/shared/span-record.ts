/**
 * A finished span as the trace tree needs it: what is kept of the SDK's, which is several times larger.
 */
import { type Attributes, type HrTime, TraceFlags } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';

/** Which span of which trace. */
export interface SpanReference {
  traceId: string;
  spanId: string;
}

/** Times in milliseconds since the epoch. */
export interface SpanRecord extends SpanReference {
  /** Its parent in this process; `undefined` for the first span here, even if a caller elsewhere has one. */
  parentId: string | undefined;
  name: string;
  start: number;
  end: number;
  attributes: Attributes;
  /** The hold that a wait queued behind. */
  blockedBy: SpanReference | undefined;
  /** Which process it is of, when there are several. */
  replica?: number;
}

/** The spans of one trace, in the order in which they ended. */
export interface TraceRecord {
  traceId: string;
  spans: readonly SpanRecord[];
}

/** @example recordOf(span).end - recordOf(span).start // milliseconds */
export function recordOf(span: tracing.ReadableSpan): SpanRecord {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext;
  const blocker = span.links.find(({ attributes }) => attributes?.['lock.link.type'] === 'blocked_by')?.context;
  return {
    traceId,
    spanId,
    parentId: parent === undefined || parent.isRemote ? undefined : parent.spanId,
    name: span.name,
    start: milliseconds(span.startTime),
    end: milliseconds(span.endTime),
    attributes: span.attributes,
    blockedBy: blocker === undefined ? undefined : { traceId: blocker.traceId, spanId: blocker.spanId },
  };
}

/** The span that a trace starts with in this process, when it has ended. */
export function rootOf({ spans }: TraceRecord): SpanRecord | undefined {
  return spans.find(({ parentId }) => parentId === undefined);
}

/** How long the trace waited for locks, in milliseconds. */
export function waitedIn({ spans }: TraceRecord): number {
  const waits = spans.filter(({ name }) => name.startsWith('lock.wait '));
  return waits.reduce((sum, { start, end }) => sum + (end - start), 0);
}

export function isSampled(span: tracing.ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
