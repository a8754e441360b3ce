/**
 * An OpenTelemetry SDK of which one part throws, whichever it is and whenever spans are made: the locks work as without it,
 * and what reaches the lock is counted. What an SDK does with the failures of its own exporters is the SDK's affair.
 */
import { jest } from '@jest/globals';
import { type ContextManager, context, propagation, type Span, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { core, node, tracing } from '@opentelemetry/sdk-node';
import { configureTracing, type TracingOptions } from 'lockmeter/opentelemetry';
import { isolatedLock, numbersOf } from '../support/isolated.js';
import { turn } from '../support/ticks.js';
import { exercise, HEALTHY } from '../support/watched.js';

jest.spyOn(process, 'emitWarning').mockImplementation(() => {});

const boom = (): never => {
  throw new Error('boom');
};

/** What the SDK is made of. All of it breaks at spans of locks only, so that the request around them is a sound one. */
interface Parts {
  sampler?: tracing.Sampler;
  processor?: tracing.SpanProcessor;
  contexts?: ContextManager;
  tracer?: (startSpan: () => Span) => Span;
}

const ofLock = (name: string): boolean => name.startsWith('lock.');
const sound: tracing.SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** A span that throws whatever it is asked to do. Whatever is called on it is a function that throws, once made. */
const brokenSpan = (span: Span): Span => new Proxy(span, { get: () => boom });

/** A context manager that breaks while a lock is used, and is whole before and after. */
function brokenContexts(method: 'active' | 'with'): ContextManager {
  const whole = new AsyncLocalStorageContextManager();
  return new Proxy(whole, {
    get: (target, name) => (inside && name === method ? boom : Reflect.get(target, name).bind(target)),
  });
}

/** An exporter that is asked for spans at once. */
const exporting = (exporter: Partial<tracing.SpanExporter>): Parts => ({
  processor: new tracing.SimpleSpanProcessor({ export: () => {}, shutdown: async () => {}, ...exporter }),
});

/** Whether the lock is being used. */
let inside = false;
let provider: node.NodeTracerProvider | undefined;

function start({ sampler, processor = sound, contexts, tracer }: Parts): void {
  provider = new node.NodeTracerProvider({ spanProcessors: [processor], ...(sampler && { sampler }) });
  if (tracer !== undefined) breakTracer(provider, tracer);
  provider.register({ contextManager: contexts ?? new AsyncLocalStorageContextManager() });
}

function breakTracer(whole: node.NodeTracerProvider, startSpan: NonNullable<Parts['tracer']>): void {
  const getTracer = whole.getTracer.bind(whole);
  whole.getTracer = (...of) => {
    const found = getTracer(...of);
    const make = found.startSpan.bind(found);
    found.startSpan = (name, ...more) =>
      (ofLock(name) ? startSpan(() => make(name, ...more)) : make(name, ...more)) as never;
    return found;
  };
}

afterEach(async () => {
  configureTracing();
  trace.disable();
  context.disable();
  propagation.disable();
  await provider?.shutdown();
});

/** The exercise, inside a request. */
async function used(lock: Parameters<typeof exercise>[0]): Promise<unknown> {
  return trace.getTracer('app').startActiveSpan('request', async (request) => {
    inside = true;
    try {
      return await exercise(lock);
    } finally {
      inside = false;
      request.end();
    }
  });
}

const breaking: [string, () => Parts, 'counted' | 'not ours'][] = [
  ['context manager, asked for the active context', () => ({ contexts: brokenContexts('active') }), 'counted'],
  ['tracer', () => ({ tracer: boom }), 'counted'],
  ['tracer, giving nothing', () => ({ tracer: () => undefined as never }), 'counted'],
  ['span', () => ({ tracer: (make) => brokenSpan(make()) }), 'counted'],
  [
    'sampler',
    () => ({
      sampler: {
        shouldSample: (_context, _trace, name) =>
          ofLock(name) ? boom() : { decision: tracing.SamplingDecision.RECORD_AND_SAMPLED },
      },
    }),
    'counted',
  ],
  [
    'span processor, at the start',
    () => ({ processor: { ...sound, onStart: ({ name }) => void (ofLock(name) && boom()) } }),
    'counted',
  ],
  [
    'span processor, at the end',
    () => ({ processor: { ...sound, onEnd: ({ name }) => void (ofLock(name) && boom()) } }),
    'counted',
  ],
  ['exporter that throws', () => exporting({ export: boom }), 'not ours'],
  [
    'exporter that says it failed',
    () =>
      exporting({ export: (_spans, done) => done({ code: core.ExportResultCode.FAILED, error: new Error('full') }) }),
    'not ours',
  ],
  ['exporter that never answers', () => exporting({}), 'not ours'],
];

const modes: TracingOptions[] = [
  { spans: 'auto' },
  { spans: 'always' },
  { spans: 'slow', minWaitSpan: 0, minHoldSpan: 0 },
];

/** Uses a lock in a request, with such an SDK, and says how many errors were counted. */
async function errorsWith(parts: Parts): Promise<number> {
  start(parts);
  const { manager, lock } = isolatedLock();
  await expect(used(lock)).resolves.toEqual(HEALTHY);
  await turn();
  const { outcomes, wait, held, queueDepth } = numbersOf(manager);
  expect([outcomes.acquired, wait.count, held, queueDepth]).toEqual([5, 10, 0, 0]);
  return manager.snapshot().observerErrors;
}

describe.each(modes)('with %j', (mode) => {
  beforeEach(() => {
    configureTracing(mode);
  });

  test('a sound SDK: nothing to count', async () => {
    await expect(errorsWith({})).resolves.toBe(0);
  });

  test.each(breaking)('a broken %s', async (_part, parts, whose) => {
    const errors = await errorsWith(parts());
    if (whose === 'counted') expect(errors).toBeGreaterThan(0);
    else expect(errors).toBe(0);
  });
});

test.each(['auto', 'always'] as const)('with %s, a broken context manager, asked to run the body', async (spans) => {
  configureTracing({ spans });
  await expect(errorsWith({ contexts: brokenContexts('with') })).resolves.toBeGreaterThan(0);
});

test('a request whose own span is broken', async () => {
  start({});
  const { manager, lock } = isolatedLock();
  const request = trace.setSpan(context.active(), brokenSpan(trace.getTracer('app').startSpan('request')));
  await expect(context.with(request, () => exercise(lock))).resolves.toEqual(HEALTHY);
  expect(manager.snapshot().observerErrors).toBeGreaterThan(0);
});
