/**
 * A span's identity as it goes from process to process: `traceparent` of W3C Trace Context, section 3.2. It is read from an
 * engine, which others write to.
 *
 * Invariant: what is not exactly what the standard allows is no span.
 */
import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** Version, trace, span, flags; versions to come may put more behind them. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** The span that `text` names, in some other process; `undefined` when it names none. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  const span = { traceId: traceId!, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16), isRemote: true };
  return isSpanContextValid(span) ? span : undefined;
}

/**
 * @example
 * traceparentOf(span.spanContext()); // '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
 */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
