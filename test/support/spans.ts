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

/** The SDK of the test that runs. */
export interface TracingOfTest extends TestTracing {
  /** Starts another one, after this one was stopped. */
  readonly start: (sampler?: tracing.Sampler) => void;
}

/** An SDK for each test of a file: started before it, stopped after it, when `reset` was called. */
export function tracingForEachTest(reset: () => void = () => {}): TracingOfTest {
  let current: TestTracing;
  const start = (sampler?: tracing.Sampler): void => {
    current = startTracing(sampler);
  };
  beforeEach(() => start());
  afterEach(async () => {
    reset();
    await current.stop();
  });
  return {
    start,
    spans: () => current.spans(),
    named: (name) => current.named(name),
    request: (name, body) => current.request(name, body),
    stop: () => current.stop(),
  };
}

/** A sampler that keeps nothing, and the names of the spans that it was asked about. */
export function refuseAll(): tracing.Sampler & { readonly asked: string[] } {
  const asked: string[] = [];
  const shouldSample: tracing.Sampler['shouldSample'] = (_context, _trace, name) => {
    asked.push(name);
    return { decision: tracing.SamplingDecision.NOT_RECORD };
  };
  return { asked, shouldSample };
}
