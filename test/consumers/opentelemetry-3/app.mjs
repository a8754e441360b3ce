/**
 * An application with OpenTelemetry 3 and the API 1.10, and a lockmeter that has the API 1.9 to itself, as package managers
 * install them side by side. Prints what arrives as JSON. The clock stands still while metrics are read.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

let time = 1_000;
process.hrtime = Object.assign(() => [Math.floor(time / 1e3), (time % 1e3) * 1e6], { bigint: process.hrtime.bigint });

const { BUCKET_BOUNDS_SECONDS, locks } = await import('lockmeter');
const { instrumentLocks, lockmeterPrometheusViews, metricProducer } = await import('lockmeter/opentelemetry');
const require = createRequire(import.meta.url);
const fromLockmeter = createRequire(require.resolve('lockmeter'));

// Before the SDK is there, by both copies of the package.
instrumentLocks();
require('lockmeter/opentelemetry').instrumentLocks();

const spans = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
const quiet = { preventServerStart: true, withoutScopeInfo: true, withoutTargetInfo: true };
const instruments = new PrometheusExporter(quiet);
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [instruments], views: lockmeterPrometheusViews }));
const producer = new PrometheusExporter({ ...quiet, metricProducers: [metricProducer({ names: 'prometheus' })] });
new MeterProvider({ readers: [producer] });

const request = (name, body) =>
  trace.getTracer('app').startActiveSpan(name, async (span) => {
    await body();
    span.end();
  });

let open;
const gate = new Promise((resolve) => {
  open = resolve;
});
const first = request('first', () => locks.run('inventory', () => gate));
const second = request('second', () => locks.run('inventory', () => request('query', () => (time += 7))));
time += 40;
open();
await Promise.all([first, second]);
const stuck = locks.run('stuck', () => new Promise(() => {}));
void locks.run('stuck', () => 1).catch(() => stuck);
time += 2_000;

const apiVersion = (place) => JSON.parse(readFileSync(`${place}/package.json`, 'utf8')).version;

const page = (exporter) =>
  new Promise((resolve) => {
    const response = new PassThrough();
    let text = '';
    response.setHeader = () => {};
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () => resolve(text));
    exporter.getMetricsRequestHandler({}, response);
  });

const out = {
  node: process.versions.node,
  copies: require('@opentelemetry/api') !== fromLockmeter('@opentelemetry/api'),
  api: ['', 'node_modules/lockmeter/'].map((place) => apiVersion(`${place}node_modules/@opentelemetry/api`)),
  bounds: BUCKET_BOUNDS_SECONDS,
  instruments: await page(instruments),
  producer: await page(producer),
  snapshot: locks.snapshot(),
  spans: spans.getFinishedSpans().map((span) => ({
    name: span.name,
    id: span.spanContext().spanId,
    trace: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map((link) => ({ id: link.context.spanId, trace: link.context.traceId, ...link.attributes })),
  })),
};
process.stdout.write(JSON.stringify(out));
