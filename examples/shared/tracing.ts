/**
 * The OpenTelemetry SDK of the shops. It is started before the framework is loaded, as an SDK must be.
 *
 * Spans go to a collector when `OTEL_EXPORTER_OTLP_ENDPOINT` names one; otherwise the recent ones stay in this process,
 * and the shop prints the slowest. The locks need nothing here: they make spans as soon as there is an SDK.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { RecentTraces } from './recent-traces.js';

/** A running SDK. */
export interface Tracing {
  /** Where spans are sent, when they are. */
  endpoint: string | undefined;
  /** Where they are kept otherwise. */
  recent: RecentTraces | undefined;
  /** Sends what is left, and gives up after a second: a collector that is away must not keep a process alive. */
  stop(): Promise<void>;
}

/**
 * @example
 * const tracing = startTracing('my-shop', process.env);
 * const { createShop } = await import('./create-shop.js');
 */
export function startTracing(serviceName: string, env: NodeJS.ProcessEnv): Tracing {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined;
  const recent = endpoint === undefined ? new RecentTraces() : undefined;
  const sdk = new NodeSDK({
    serviceName: env.OTEL_SERVICE_NAME || serviceName,
    ...(recent === undefined ? { traceExporter: new OTLPTraceExporter() } : { spanProcessors: [recent] }),
    // The SDK's default is to send both to a collector on this machine. Metrics are scraped here, and there are no logs.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return { endpoint, recent, stop: () => withinASecond(sdk.shutdown()) };
}

function withinASecond(stopped: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1_000);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stopped.then(done, done);
  });
}
