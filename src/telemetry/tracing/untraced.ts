/**
 * Where a driver's own requests are made: in no request's context, and with tracing suppressed, so that what traces the client
 * makes no spans for them. A renewal belongs to no request, and one every few seconds would bury the trace of a long hold.
 *
 * The key is that of the SDK's `suppressTracing()`; keys of the API are symbols of the process, so the SDK need not be there.
 *
 * Invariant: the request is made once, whatever the application's context manager does.
 */
import { AsyncResource } from 'node:async_hooks';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { processWide } from '../../process-wide.js';
import { registeredApi } from '../registered-api.js';

const SUPPRESSED = ROOT_CONTEXT.setValue(createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);

/** Belongs to whoever loaded this package first, that is to no request. */
const nobody = new AsyncResource('lockmeter.driver');

/** Runs `send` there, and returns what it returns. */
export function untraced<T>(send: () => T): T {
  return nobody.runInAsyncScope(() => (registeredApi()?.context === undefined ? send() : suppressed(send)));
}

function suppressed<T>(send: () => T): T {
  let sent: { readonly value: T } | { readonly thrown: unknown } | undefined;
  const once = (): void => {
    sent ??= attempt(send);
  };
  try {
    context.with(SUPPRESSED, once);
  } catch (error) {
    processWide.stats.observers.report(error);
  }
  sent ??= attempt(send);
  if ('thrown' in sent) throw sent.thrown;
  return sent.value;
}

function attempt<T>(send: () => T): { readonly value: T } | { readonly thrown: unknown } {
  try {
    return { value: send() };
  } catch (thrown) {
    return { thrown };
  }
}
