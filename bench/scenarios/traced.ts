/**
 * A process with an OpenTelemetry SDK, in which every operation belongs to a request and one request in so many is sampled.
 * What its scenarios share; they differ in how many that are, and in what this package is told. The notes say how many spans
 * each contestant really made, so that nobody wins by making none.
 */
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { node, tracing } from '@opentelemetry/sdk-node';
import { freshRequestLoops } from '../fresh-loops.js';
import { type Contestant, interleave, nanoseconds } from '../measure.js';
import type { Peer } from '../peers/peer.js';
import { seeded } from '../random.js';
import { measurements, type Outcome, type Settings } from './scenario.js';

const REQUESTS = 1_000;

/** One caller after the other, and a line of 1 000, with one request in `sampledEvery` sampled. */
export async function measureTraced(
  peers: readonly Peer[],
  sampledEvery: number,
  { quick, seed }: Settings,
): Promise<Outcome> {
  const spans = registerSdk(sampledEvery);
  const requests = makeRequests();
  const rounds = { warmups: quick ? 2 : 5, rounds: quick ? 5 : 11, random: seeded(seed) };
  const operations = quick ? 8_000 : 40_000;
  const single: Contestant[] = [];
  const lines: Contestant[] = [];
  const made: string[] = [];
  for (const { name, makeRun } of peers) {
    const singleLoops = await freshRequestLoops(`${name} uncontended`);
    const lineLoops = await freshRequestLoops(`${name} contended`);
    const run = makeRun();
    const uncontended = (n: number): Promise<void> => singleLoops.uncontended(run, requests, n);
    const contended = (times: number): Promise<void> => lineLoops.contended(run, requests, times);
    made.push(
      `${name} ${await count(spans, () => uncontended(REQUESTS))} and ${await count(spans, () => contended(1))}`,
    );
    const times = operations / REQUESTS;
    single.push({
      name,
      leadIn: () => uncontended(operations / 4),
      sample: () => nanoseconds(operations, () => uncontended(operations)),
    });
    lines.push({
      name,
      leadIn: () => contended(times / 4),
      sample: () => nanoseconds(operations, () => contended(times)),
    });
  }
  return {
    measurements: [
      ...measurements('uncontended', 'ns', await interleave(single, rounds)),
      ...measurements('N = 1 000', 'ns', await interleave(lines, rounds)),
    ],
    notes: [`Spans made by 1 000 operations, uncontended and contended: ${made.join('; ')}.`],
  };
}

/** Counts the spans that end, beside the processor that batches them for an exporter that drops them. */
class SpanCount implements tracing.SpanProcessor {
  ended = 0;
  onStart(): void {}
  onEnd(): void {
    this.ended++;
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

function registerSdk(sampledEvery: number): SpanCount {
  const count = new SpanCount();
  const nowhere: tracing.SpanExporter = { export: (_, done) => done({ code: 0 }), shutdown: async () => {} };
  new node.NodeTracerProvider({
    sampler: new tracing.ParentBasedSampler({ root: oneIn(sampledEvery) }),
    spanProcessors: [new tracing.BatchSpanProcessor(nowhere), count],
  }).register();
  return count;
}

function oneIn(requests: number): tracing.Sampler {
  const { NOT_RECORD, RECORD_AND_SAMPLED } = tracing.SamplingDecision;
  let roots = 0;
  return {
    shouldSample: () => ({ decision: roots++ % requests === 0 ? RECORD_AND_SAMPLED : NOT_RECORD }),
    toString: () => `one in ${requests}`,
  };
}

/** The contexts of requests in progress. Made beforehand: what a request's own span costs is not the lock's. */
function makeRequests(): Context[] {
  const tracer = trace.getTracer('requests');
  return Array.from({ length: REQUESTS }, () =>
    trace.setSpan(ROOT_CONTEXT, tracer.startSpan('request', { root: true })),
  );
}

async function count(spans: SpanCount, work: () => Promise<unknown>): Promise<number> {
  const before = spans.ended;
  await work();
  return spans.ended - before;
}
