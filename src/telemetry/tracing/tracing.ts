/**
 * Spans of lock attempts through the OpenTelemetry API: `lock.wait <name>` if the attempt had to queue, `lock.hold <name>`
 * for the possession, siblings under the caller's span. The wait links to the holds it waited behind (`blocked_by`), which
 * usually are in other traces: from a slow request to the requests that made it slow.
 *
 * Invariant: no span for a request that is not recorded.
 */
import { context } from '@opentelemetry/api';
import type { AttemptObserver, LockAttempt, LockObserver } from '../../observer.js';
import { hasRecordingSpan, mayStartTrace } from './active-span.js';
import { LateSpans } from './late-spans.js';
import { LiveSpans } from './live-spans.js';
import { tracingSettings } from './tracing-settings.js';
import { WaitSpan } from './wait-span.js';

/** The observer that makes spans. One per process suffices, and the package installs it. */
export const tracing: LockObserver = { wants, attempt };

function wants(): boolean {
  const { spans, requireParentSpan } = tracingSettings();
  return spans !== 'off' && (requireParentSpan ? hasRecordingSpan() : mayStartTrace());
}

function attempt(made: LockAttempt): AttemptObserver {
  const settings = tracingSettings();
  const parent = context.active();
  if (settings.spans === 'slow') return new LateSpans(made, parent, settings);
  return new LiveSpans(made, parent, new WaitSpan(made, parent, settings));
}
