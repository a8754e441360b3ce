/**
 * `GET /metrics`: the locks beside what Node itself exports.
 *
 * A scraper that asks for OpenMetrics, as Prometheus does, gets exemplars: the trace behind a slow bucket. Anybody else gets
 * plain text. A registry has one format and renames its counters for it, so there is one for each.
 */
import type { RequestHandler } from 'express';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { collectDefaultMetrics, type OpenMetricsContentType, Registry } from 'prom-client';

/** @example app.get('/metrics', metricsPage()); */
export function metricsPage(): RequestHandler {
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const text = new Registry();
  for (const register of [openMetrics as unknown as Registry, text]) {
    collectDefaultMetrics({ register });
    collectLockMetrics({ register });
  }
  return async (request, response) => {
    const register = request.get('accept')?.includes('application/openmetrics-text') ? openMetrics : text;
    response.type(register.contentType).send(await register.metrics());
  };
}
