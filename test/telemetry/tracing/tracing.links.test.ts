/**
 * Whom a wait links to: the hold that it found, and those that were let in before it.
 */
import { api, tracing } from '@opentelemetry/sdk-node';
import { Lock } from 'lockmeter';
import { configureTracing, type TracingOptions } from 'lockmeter/opentelemetry';
import { type Deferred, deferred } from '../../support/deferred.js';
import { tracingForEachTest } from '../../support/spans.js';
import { turn } from '../../support/ticks.js';

const otel = tracingForEachTest(configureTracing);

interface Line {
  /** Whether this one is in a request. */
  traced?: (who: number) => boolean;
  /** Called when all are there. */
  queued?: () => void;
}

/** Holders `1` to `count` in line, all there before the first one ends; then each ends in its turn. */
async function line(lock: Lock, count: number, { traced = () => true, queued }: Line = {}): Promise<void> {
  const bodies: Deferred<void>[] = Array.from({ length: count }, () => deferred<void>());
  const runs = bodies.map(({ promise }, i) => {
    const run = (): Promise<void> => lock.run(() => promise, { label: String(i + 1) });
    return traced(i + 1) ? otel.request(`request ${i + 1}`, run) : run();
  });
  expect(lock.queueDepth).toBe(count - 1);
  queued?.();
  for (const body of bodies) {
    body.resolve();
    await turn();
  }
  await Promise.all(runs);
}

/** The labels of the holds that the wait of `who` links to. */
function blockers(lock: string, who: number): unknown[] {
  const holds = new Map(otel.named(`lock.hold ${lock}`).map((span) => [span.spanContext().spanId, span]));
  const wait = otel.named(`lock.wait ${lock}`).find((span) => span.attributes['lock.label'] === String(who));
  return wait!.links.map(({ context, attributes }) => {
    expect(attributes).toEqual({ 'lock.link.type': 'blocked_by' });
    return holds.get(context.spanId)?.attributes['lock.label'];
  });
}

describe.each<[string, TracingOptions, string[]]>([
  ['live spans', {}, ['1', '2']],
  ['waits made when they are over', { minWaitSpan: 1e-9 }, ['1', '2']],
  // The second holds still, so it has no span yet.
  ['slow spans', { spans: 'slow', minWaitSpan: 0, minHoldSpan: 0 }, ['1']],
])('%s', (_how, options, whenGivenUp) => {
  beforeEach(() => configureTracing(options));

  test('a wait links to the hold it found and to the next three, in the order of their grants', async () => {
    await line(new Lock('six'), 6);
    expect(blockers('six', 2)).toEqual(['1']);
    expect(blockers('six', 3)).toEqual(['1', '2']);
    expect(blockers('six', 4)).toEqual(['1', '2', '3']);
    expect(blockers('six', 5)).toEqual(['1', '2', '3', '4']);
    expect(blockers('six', 6)).toEqual(['1', '2', '3', '4']);
  });

  test('holds without a span are passed over', async () => {
    await line(new Lock('gaps'), 6, { traced: (who) => who % 2 === 0 });
    expect(blockers('gaps', 4)).toEqual(['2']);
    expect(blockers('gaps', 6)).toEqual(['2', '4']);
  });

  test('a wait that gave up links to those that were let in until then', async () => {
    const lock = new Lock('gave up');
    const [first, second] = [deferred<void>(), deferred<void>()];
    const controller = new AbortController();
    const runs = [first, second].map(({ promise }, i) =>
      otel.request('request', () => lock.run(() => promise, { label: String(i + 1) })),
    );
    const leaver = otel.request('leaver', () => lock.run(() => 1, { label: '3', signal: controller.signal }));
    const last = otel.request('last', () => lock.run(() => 1, { label: '4' }));
    first.resolve();
    await turn();
    controller.abort(new Error('left'));
    await expect(leaver).rejects.toThrow('left');
    second.resolve();
    await Promise.all([...runs, last]);
    expect(blockers('gave up', 3)).toEqual(whenGivenUp);
    expect(blockers('gave up', 4)).toEqual(['1', '2']);
  });

  test('two locks have nothing to do with each other', async () => {
    await Promise.all([line(new Lock('left'), 3), line(new Lock('right'), 3)]);
    expect(blockers('left', 3)).toEqual(['1', '2']);
    expect(blockers('right', 3)).toEqual(['1', '2']);
  });
});

test('no links to holds whose spans are recorded and then dropped', async () => {
  await otel.stop();
  const { RECORD, RECORD_AND_SAMPLED } = tracing.SamplingDecision;
  const dropped = (name: string): boolean => name.startsWith('lock.hold');
  otel.start({
    shouldSample: (_context, _trace, name) => ({ decision: dropped(name) ? RECORD : RECORD_AND_SAMPLED }),
  });
  await line(new Lock('dropped'), 4);
  expect(otel.named('lock.wait dropped').map(({ links }) => links)).toEqual([[], [], []]);
});

test('a span to which no links can be added has the one it began with, and nothing is lost', async () => {
  const spans = Object.getPrototypeOf(api.trace.getTracer('test').startSpan('any')) as { addLink?: unknown };
  const { addLink } = spans;
  try {
    await line(new Lock('old'), 4, { queued: () => delete spans.addLink });
  } finally {
    spans.addLink = addLink;
  }
  expect([2, 3, 4].map((who) => blockers('old', who))).toEqual([['1'], ['1'], ['1']]);
  expect(otel.named('lock.hold old')).toHaveLength(4);
});
