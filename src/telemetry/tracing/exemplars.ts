/**
 * From a bucket of a histogram to a trace: which sampled span the last observation of each bucket was made in.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { Histogram } from '../../histogram.js';
import { isSampled } from './hold-chain.js';

/** Marks the observation of `value` ms with its span, unless nobody will ever see that span. */
export function markExemplar(histogram: Histogram, value: number, span: SpanContext | undefined): void {
  if (span === undefined || !isSampled(span)) return;
  histogram.mark({ traceId: span.traceId, spanId: span.spanId, value, at: Date.now() });
}
