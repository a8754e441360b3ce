/**
 * `GET /metrics`: the locks beside what Node itself exports.
 *
 * A scraper that asks for OpenMetrics, as Prometheus does, gets exemplars: the trace behind a slow bucket. Anybody else gets
 * plain text. A registry has one format and renames its counters for it, so there is one for each.
 */
import type { RequestHandler } from 'express';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { collectDefaultMetrics, type OpenMetricsContentType, Registry } from 'prom-client';

/** The page as it is sent. */
export interface RenderedPage {
  contentType: string;
  body: string;
}

export class MetricsPage {
  private readonly text = new Registry();
  private readonly openMetrics = new Registry<OpenMetricsContentType>();

  constructor() {
    this.openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    for (const register of [this.text, this.openMetrics as unknown as Registry]) {
      collectDefaultMetrics({ register });
      collectLockMetrics({ register });
    }
  }

  /** What a client is sent that accepts this. */
  async render(accept = ''): Promise<RenderedPage> {
    const register = accept.includes('application/openmetrics-text') ? this.openMetrics : this.text;
    return { contentType: register.contentType, body: await register.metrics() };
  }
}

/**
 * The page as an Express handler.
 *
 * @example
 * app.get('/metrics', metricsPage());
 */
export function metricsPage(): RequestHandler {
  const page = new MetricsPage();
  return async (request, response) => {
    const { contentType, body } = await page.render(request.get('accept'));
    response.type(contentType).send(body);
  };
}
