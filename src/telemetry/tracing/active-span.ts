/**
 * Whether the attempt that is made now belongs to a trace that is being recorded. Asked for every operation, so it must
 * cost next to nothing when no OpenTelemetry SDK is there, and an unsampled request must not pay for a span: the SDK's
 * `startSpan` takes a microsecond even for a span it then drops.
 */
import { type Span, trace } from '@opentelemetry/api';
import { type RegisteredApi, registeredApi } from '../registered-api.js';

/** Whether the span of the caller's context is recording. */
export function hasRecordingSpan(): boolean {
  const api = registeredApi();
  if (api === undefined) return false;
  return activeSpan(api)?.isRecording() === true;
}

/** The same, or there is no span that could say no: the sampler will decide about a new trace. */
export function mayStartTrace(): boolean {
  const api = registeredApi();
  if (api?.trace === undefined) return false;
  return activeSpan(api)?.isRecording() ?? true;
}

function activeSpan({ context }: RegisteredApi): Span | undefined {
  return context === undefined ? undefined : trace.getSpan(context.active());
}
