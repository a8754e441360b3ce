/**
 * An OpenTelemetry metrics SDK for tests: a real meter provider that is collected when the test says so, and pages of the
 * SDK's own Prometheus exporter over a real socket.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  MeterProvider,
  type MetricData,
  type MetricProducer,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export interface TestMeter {
  readonly provider: MeterProvider;
  /** Collects now; the metrics by name. */
  readonly collect: () => Promise<ReadonlyMap<string, MetricData>>;
}

/** A meter provider with one reader. */
export function startMeter(options: { views?: ViewOptions[]; metricProducers?: MetricProducer[] } = {}): TestMeter {
  const { views, metricProducers } = options;
  const reader = new OnDemandReader({ metricProducers });
  const provider = new MeterProvider({ readers: [reader], views });
  return {
    provider,
    collect: async () => {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw new AggregateError(errors);
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
    },
  };
}

/** How often a histogram was recorded into, all its series together. */
export function countOf(metric: MetricData | undefined): number {
  const points = (metric?.dataPoints ?? []) as { value: { count: number } }[];
  return points.reduce((total, { value }) => total + value.count, 0);
}

/** A meter provider behind `@opentelemetry/exporter-prometheus`, and its page as a scraper gets it. */
export function startExporter(options: { views?: ViewOptions[]; metricProducers?: MetricProducer[] } = {}) {
  const { views, metricProducers } = options;
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
    metricProducers,
  });
  const provider = new MeterProvider({ readers: [exporter], views });
  return { provider, page: () => pageOf(exporter) };
}

async function pageOf(exporter: PrometheusExporter): Promise<string> {
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
    return await response.text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
