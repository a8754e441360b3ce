/**
 * What the application has registered with the OpenTelemetry API, looked up where the API keeps it. The API's own getters
 * compare versions each time, which takes as long as the lock does.
 *
 * Invariant: "nothing" is never remembered; an SDK that is registered later is seen from then on.
 */
import type { ContextManager, MeterProvider, TracerProvider } from '@opentelemetry/api';

/** Where version 1 of the API keeps it, for all its copies in the process. */
const GLOBAL = Symbol.for('opentelemetry.js.api.1');

/** What of it matters here. */
export interface RegisteredApi {
  readonly context?: ContextManager;
  readonly trace?: TracerProvider;
  readonly metrics?: MeterProvider;
}

/** What is registered now; `undefined` when nothing ever was. */
export function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [GLOBAL]?: RegisteredApi })[GLOBAL];
}
