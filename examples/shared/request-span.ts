/**
 * A span per HTTP request, continuing the caller's trace when it sent a `traceparent`: the parent of the locks' spans.
 *
 * An application has this from `@opentelemetry/instrumentation-http`. The shops make it by hand so that it can be read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const arrivals = new WeakMap<IncomingMessage, number>();

/** Middleware for Express, and so for Nest: put it first. */
export function requestSpan(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  arrivals.set(request, performance.now());
  const { pathname, search } = new URL(request.url ?? '/', 'http://shop');
  const caller = propagation.extract(context.active(), request.headers);
  const span = trace.getTracer('shop').startSpan(
    `${request.method} ${pathname}`,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'url.path': pathname, 'url.query': search.slice(1) },
    },
    caller,
  );
  response.once('close', () => end(span, request, response));
  context.with(trace.setSpan(caller, span), next);
}

/** How long ago this request came in, in milliseconds. */
export function sinceArrival(request: IncomingMessage): number {
  return performance.now() - (arrivals.get(request) ?? Number.NaN);
}

function end(span: Span, request: IncomingMessage, response: ServerResponse): void {
  // The framework knows the route by now: `/reservations/:sku` is a span name, `/reservations/kettle` would be too many.
  const { route } = request as IncomingMessage & { route?: { path?: unknown } };
  if (typeof route?.path === 'string') {
    span.updateName(`${request.method} ${route.path}`);
    span.setAttribute('http.route', route.path);
  }
  if (response.writableFinished) span.setAttribute('http.response.status_code', response.statusCode);
  else span.setAttribute('error.type', 'client_left');
  if (!response.writableFinished || response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
