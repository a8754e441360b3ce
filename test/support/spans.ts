/**
 * An OpenTelemetry SDK for tests: a real provider and context manager, with the finished spans in memory.
 */
import { api, node, tracing } from '@opentelemetry/sdk-node';

export interface TestTracing {
  readonly spans: () => tracing.ReadableSpan[];
  /** The finished spans of this name, in the order in which they ended. */
  readonly named: (name: string) => tracing.ReadableSpan[];
  /** Runs `body` inside a root span called `name`. */
  readonly request: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}

export function startTracing(sampler?: tracing.Sampler): TestTracing {
  const exporter = new tracing.InMemorySpanExporter();
  const processor = new tracing.SimpleSpanProcessor(exporter);
  const provider = new node.NodeTracerProvider({ spanProcessors: [processor], ...(sampler && { sampler }) });
  provider.register();
  const spans = (): tracing.ReadableSpan[] => exporter.getFinishedSpans();
  return {
    spans,
    named: (name) => spans().filter((span) => span.name === name),
    request: (name, body) =>
      api.trace.getTracer('test').startActiveSpan(name, async (span) => {
        try {
          return await body();
        } finally {
          span.end();
        }
      }),
    stop: async () => {
      api.trace.disable();
      api.context.disable();
      api.propagation.disable();
      await provider.shutdown();
    },
  };
}
