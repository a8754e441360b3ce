/**
 * Whether the attempt that is made now belongs to a trace that is being recorded. Asked for every operation, so it must
 * cost next to nothing when no OpenTelemetry SDK is there, and an unsampled request must not pay for a span: the SDK's
 * `startSpan` takes a microsecond even for a span it then drops.
 *
 * Invariant: an SDK that is registered later is seen from then on; "no SDK" is never remembered.
 */
import { type ContextManager, type Span, type TracerProvider, trace } from '@opentelemetry/api';

/** Where version 1 of the API keeps what an SDK registers, shared by all its copies in the process. */
const GLOBAL = Symbol.for('opentelemetry.js.api.1');

interface Registered {
  readonly context?: ContextManager;
  readonly trace?: TracerProvider;
}

function registered(): Registered | undefined {
  return (globalThis as { [GLOBAL]?: Registered })[GLOBAL];
}

/** Whether the span of the caller's context is recording. */
export function hasRecordingSpan(): boolean {
  const api = registered();
  if (api === undefined) return false;
  return activeSpan(api)?.isRecording() === true;
}

/** The same, or there is no span that could say no: the sampler will decide about a new trace. */
export function mayStartTrace(): boolean {
  const api = registered();
  if (api?.trace === undefined) return false;
  return activeSpan(api)?.isRecording() ?? true;
}

/** Straight to the context manager: the API's own way there compares versions each time, which takes as long as the lock. */
function activeSpan(api: Registered): Span | undefined {
  return api.context === undefined ? undefined : trace.getSpan(api.context.active());
}
