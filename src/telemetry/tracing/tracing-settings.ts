/**
 * When spans are made and what is in them. One setting for the process, whatever number of copies of this package is
 * loaded: the spans of a lock must not depend on who imported it.
 */
import { processWide } from '../../process-wide.js';

/** When spans are made; see `TracingOptions.spans`. */
export type SpanMode = 'auto' | 'always' | 'slow' | 'off';

/** What `configureTracing()` sets. Times in milliseconds. */
export interface TracingSettings {
  readonly spans: SpanMode;
  readonly minWaitSpan: number;
  readonly minHoldSpan: number;
  readonly requireParentSpan: boolean;
  readonly spanKey: boolean;
}

export const TRACING_DEFAULTS: TracingSettings = {
  spans: 'auto',
  minWaitSpan: 0,
  minHoldSpan: 0,
  requireParentSpan: true,
  spanKey: false,
};

/** The settings in force. */
export function tracingSettings(): TracingSettings {
  return processWide.tracing ?? TRACING_DEFAULTS;
}
