/**
 * When spans are made: always, only when slow, without a parent; and what is in them on demand.
 */
import type { tracing } from '@opentelemetry/sdk-node';
import { installControlledClock } from '../../support/controlled-clock.js';
import { deferred } from '../../support/deferred.js';
import { refuseAll, tracingForEachTest } from '../../support/spans.js';

installControlledClock();
const { clock } = await import('../../support/controlled-clock.js');
const { Lock } = await import('lockmeter');
const { isolatedManager, numbersOf } = await import('../../support/isolated.js');
const { configureTracing } = await import('lockmeter/opentelemetry');

const otel = tracingForEachTest(configureTracing);

const names = (): string[] => otel.spans().map(({ name }) => name);

const milliseconds = ({ duration: [s, ns] }: tracing.ReadableSpan): number => Math.round(s * 1e3 + ns / 1e6);

/** A hold of `held` ms, behind which another request waits for it. */
async function holdWithWaiter(name: string, held: number, body: () => void = () => {}): Promise<void> {
  const lock = new Lock(name);
  const gate = deferred<void>();
  const first = otel.request('first', () => lock.run(() => gate.promise.then(body), { label: 'first' }));
  const second = otel.request('second', () => lock.run(() => {}, { label: 'second' }));
  clock.time += held;
  gate.resolve();
  await Promise.allSettled([first, second]);
}

describe("'always'", () => {
  test('an attempt that found the lock free has a wait span as well, of no length', async () => {
    configureTracing({ spans: 'always' });
    await otel.request('request', () => new Lock('free').run(() => 1));
    expect(names()).toEqual(['lock.wait free', 'lock.hold free', 'request']);
    expect(otel.named('lock.wait free')[0]!.attributes).toMatchObject({ 'lock.outcome': 'acquired' });
  });

  test('so has one that was refused without having found a holder', async () => {
    configureTracing({ spans: 'always' });
    const manager = isolatedManager();
    const lock = manager.lock('refused');
    await otel.request('request', () => lock.acquire({ signal: AbortSignal.abort() })).catch(() => {});
    await manager.close();
    await otel.request('request', () => lock.acquire()).catch(() => {});
    const told = otel.named('lock.wait refused').map(({ attributes, status }) => [attributes, status.code]);
    const common = { 'lock.name': 'refused', 'lock.backend': 'memory', 'lock.queue.depth': 0 };
    expect(told).toEqual([
      [{ ...common, 'lock.outcome': 'aborted' }, 0],
      [{ ...common, 'lock.outcome': 'rejected', 'error.type': 'LockClosedError' }, 2],
    ]);
  });
});

describe("'slow'", () => {
  test('a hold and a wait of the threshold or more have spans as long as they were, and the wait its link', async () => {
    configureTracing({ spans: 'slow' });
    await holdWithWaiter('slow', 100);
    expect(names().sort()).toEqual(['first', 'lock.hold slow', 'lock.wait slow', 'second']);
    const [hold] = otel.named('lock.hold slow');
    const [wait] = otel.named('lock.wait slow');
    expect([hold, wait].map((span) => milliseconds(span!))).toEqual([100, 100]);
    expect(wait!.links.map(({ context }) => context.spanId)).toEqual([hold!.spanContext().spanId]);
    expect(hold!.parentSpanContext!.spanId).toBe(otel.named('first')[0]!.spanContext().spanId);
    expect(wait!.parentSpanContext!.spanId).toBe(otel.named('second')[0]!.spanContext().spanId);
    expect(hold!.events.map(({ name }) => name)).toEqual(['lock.queue_observed']);
  });

  test('faster ones have none', async () => {
    configureTracing({ spans: 'slow' });
    await holdWithWaiter('fast', 99);
    expect(names()).toEqual(['first', 'second']);
  });

  test('thresholds of their own', async () => {
    configureTracing({ spans: 'slow', minWaitSpan: 20, minHoldSpan: 50 });
    await holdWithWaiter('own', 30);
    expect(names().sort()).toEqual(['first', 'lock.wait own', 'second']);
  });

  test('a wait that failed has a span however short it was', async () => {
    configureTracing({ spans: 'slow' });
    const lock = new Lock('failed');
    await lock.acquire();
    await expect(otel.request('request', () => lock.run(() => 1, { timeout: 1 }))).rejects.toThrow('not acquired');
    expect(otel.named('lock.wait failed')[0]!.attributes).toMatchObject({ 'error.type': 'LockTimeoutError' });
  });

  test('a body that threw after a while makes its hold an error', async () => {
    configureTracing({ spans: 'slow' });
    await holdWithWaiter('threw', 100, () => {
      throw new RangeError('no');
    });
    expect(otel.named('lock.hold threw')[0]!.attributes).toMatchObject({ 'error.type': 'RangeError' });
  });

  test('what the body does stays under the request', async () => {
    configureTracing({ spans: 'slow', minHoldSpan: 0 });
    await otel.request('request', () => new Lock('under').run(() => otel.request('query', async () => 1)));
    const [query] = otel.named('query');
    expect(query!.parentSpanContext!.spanId).toBe(otel.named('request')[0]!.spanContext().spanId);
  });

  test('an attempt that was refused at once, or passed on, leaves no span behind', async () => {
    configureTracing({ spans: 'slow', minHoldSpan: 0 });
    const manager = isolatedManager();
    const lock = manager.lock('closing');
    const controller = new AbortController();
    await lock.acquire();
    const late = otel.request('late', () => lock.run(() => 1, { signal: controller.signal }));
    lock.release();
    controller.abort(new Error('too late'));
    await expect(late).rejects.toThrow('too late');
    await manager.close();
    await expect(otel.request('refused', () => lock.run(() => 1))).rejects.toThrow();
    expect(names().filter((name) => name.startsWith('lock.hold'))).toEqual([]);
  });
});

test('minWaitSpan: a shorter wait has no span, and a longer one has what it would have had', async () => {
  configureTracing({ minWaitSpan: 10 });
  await holdWithWaiter('short', 9);
  await holdWithWaiter('long', 10);
  expect(otel.named('lock.wait short')).toEqual([]);
  expect(otel.named('lock.hold short')).toHaveLength(2);
  const [wait] = otel.named('lock.wait long');
  expect(milliseconds(wait!)).toBe(10);
  expect(wait!.links).toHaveLength(1);
  expect(wait!.attributes).toMatchObject({ 'lock.outcome': 'acquired', 'lock.queue.depth': 0 });
});

describe('requireParentSpan: false', () => {
  test('an attempt outside of any span begins a trace', async () => {
    configureTracing({ requireParentSpan: false });
    await new Lock('root').run(() => 1);
    expect(otel.named('lock.hold root')[0]!.parentSpanContext).toBeUndefined();
  });

  test('an attempt under a span that is not recorded still has none, nor without an SDK', async () => {
    await otel.stop();
    configureTracing({ requireParentSpan: false });
    await new Lock('no sdk').run(() => 1);
    const sampler = refuseAll();
    otel.start(sampler);
    await otel.request('unsampled', () => new Lock('unsampled').run(() => 1));
    expect(sampler.asked).toEqual(['unsampled']);
  });
});

describe('keys', () => {
  const run = async (): Promise<Record<string, unknown>> => {
    const manager = isolatedManager();
    let shown: unknown;
    await otel.request('request', () =>
      manager.run('keyed', async () => (shown = numbersOf(manager, 'keyed').holders[0]!.keyHash), { key: 'sku-1' }),
    );
    const { attributes } = otel.named('lock.hold keyed').at(-1)!;
    expect(attributes['lock.key.hash']).toBe(shown);
    return attributes;
  };

  test('a salt changes the hash, in spans and snapshots alike; another salt changes it again', async () => {
    const plain = await run();
    configureTracing({ keySalt: 'a' });
    const salted = await run();
    configureTracing({ keySalt: 'b' });
    const other = await run();
    expect(new Set([plain, salted, other].map((each) => each['lock.key.hash'])).size).toBe(3);
    expect(salted['lock.key.hash']).toMatch(/^[0-9a-f]{8}$/);
  });

  test('the key itself is there when it is asked for, and only then', async () => {
    expect((await run())['lock.key']).toBeUndefined();
    configureTracing({ spanKey: true });
    expect((await run())['lock.key']).toBe('sku-1');
  });
});

test.each(['auto', 'always', 'slow'] as const)('%s: where tracing is suppressed there are no spans', async (spans) => {
  configureTracing({ spans, requireParentSpan: false, ...(spans === 'slow' && { minWaitSpan: 0, minHoldSpan: 0 }) });
  const { api, core } = await import('@opentelemetry/sdk-node');
  const lock = new Lock('suppressed');
  const both = (): Promise<unknown> => Promise.all([1, 2].map((value) => lock.run(() => value)));
  await api.context.with(core.suppressTracing(api.ROOT_CONTEXT), both);
  await otel.request('request', () => api.context.with(core.suppressTracing(api.context.active()), both));
  expect(names()).toEqual(['request']);
});

test('baggage is neither read nor written', async () => {
  const { api } = await import('@opentelemetry/sdk-node');
  const baggage = api.propagation.createBaggage({ user: { value: 'jane' } });
  await api.context.with(api.propagation.setBaggage(api.context.active(), baggage), () =>
    otel.request('request', () =>
      new Lock('baggage').run(() => expect(api.propagation.getActiveBaggage()).toBe(baggage)),
    ),
  );
  expect(JSON.stringify(otel.spans().map(({ attributes }) => attributes))).not.toContain('jane');
});

test.each<[string, Parameters<typeof configureTracing>[0], string]>([
  ['an unknown mode', { spans: 'contended' as never }, "spans must be 'auto', 'always', 'slow' or 'off', got"],
  ['a negative minimum', { minWaitSpan: -1 }, 'minWaitSpan must be from 0'],
  ['a minimum that is no number', { spans: 'slow', minHoldSpan: '9' as never }, 'minHoldSpan must be a number'],
  ['a minimum of holds that are spans anyway', { minHoldSpan: 9 }, "minHoldSpan is for spans: 'slow'"],
  ['a salt that is no string', { keySalt: 9 as never }, 'keySalt must be a string, got 9'],
  ['a flag that is none', { requireParentSpan: 'no' as never }, 'requireParentSpan must be true or false, got "no"'],
])('%s is refused, and nothing changes', async (_what, options, message) => {
  expect(() => configureTracing(options)).toThrow(message);
  await otel.request('request', () => new Lock('unchanged').run(() => 1));
  expect(names()).toEqual(['lock.hold unchanged', 'request']);
});
