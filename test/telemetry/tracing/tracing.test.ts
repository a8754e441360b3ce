/**
 * Spans, on a real SDK: parents, the link to the blocker, what is active where, statuses, and that nothing is made without
 * a recording parent.
 */
import { api, tracing } from '@opentelemetry/sdk-node';
import { Lock, LockManager, LockQueueFullError, LockTimeoutError, StatsRegistry } from 'lockmeter';
import { configureTracing } from 'lockmeter/opentelemetry';
import { deferred } from '../../support/deferred.js';
import { refuseAll, tracingForEachTest } from '../../support/spans.js';

const otel = tracingForEachTest(configureTracing);

const only = (name: string): tracing.ReadableSpan => {
  const spans = otel.named(name);
  expect(spans).toHaveLength(1);
  return spans[0]!;
};

/** Request `first` holds until `open` resolves; request `second` queues behind it. */
async function twoRequests(lock: Lock): Promise<void> {
  const open = deferred<void>();
  const first = otel.request('first', () => lock.run(() => open.promise, { label: 'first' }));
  const second = otel.request('second', async () => {
    await lock.run(async () => api.trace.getTracer('test').startSpan('db.query').end(), { label: 'second' });
    api.trace.getTracer('test').startSpan('after').end();
  });
  expect(lock.queueDepth).toBe(1);
  open.resolve();
  await Promise.all([first, second]);
}

test('across two requests the wait links to the hold that blocked it', async () => {
  await twoRequests(new Lock('linked'));
  const [first, second, wait] = [only('first'), only('second'), only('lock.wait linked')];
  const holds = otel.named('lock.hold linked');
  const blocking = holds.find((span) => span.attributes['lock.label'] === 'first')!;
  expect(wait.spanContext().traceId).toBe(second.spanContext().traceId);
  expect(blocking.spanContext().traceId).toBe(first.spanContext().traceId);
  expect(wait.links).toHaveLength(1);
  expect(wait.links[0]!.context.spanId).toBe(blocking.spanContext().spanId);
  expect(wait.links[0]!.context.traceId).toBe(first.spanContext().traceId);
  expect(wait.links[0]!.attributes).toEqual({ 'lock.link.type': 'blocked_by' });
});

test('wait and hold are siblings under the request, the body is under the hold, what follows is under the request', async () => {
  await twoRequests(new Lock('family'));
  const second = only('second').spanContext().spanId;
  const hold = otel.named('lock.hold family').find((span) => span.attributes['lock.label'] === 'second')!;
  expect(only('lock.wait family').parentSpanContext?.spanId).toBe(second);
  expect(hold.parentSpanContext?.spanId).toBe(second);
  expect(only('db.query').parentSpanContext?.spanId).toBe(hold.spanContext().spanId);
  expect(only('after').parentSpanContext?.spanId).toBe(second);
});

test('attributes of a contended, keyed attempt; the key is hashed', async () => {
  const manager = new LockManager({ stats: new StatsRegistry() });
  const open = deferred<void>();
  const first = otel.request('first', () => manager.run('stock', () => open.promise, { key: 'sku-1' }));
  const second = otel.request('second', () =>
    manager.run('stock', () => 1, { key: 'sku-1', timeout: 2_500, label: 'me' }),
  );
  open.resolve();
  await Promise.all([first, second]);
  const identity = {
    'lock.name': 'stock',
    'lock.backend': 'memory',
    'lock.key.hash': expect.stringMatching(/^[0-9a-f]{8}$/),
  };
  expect(only('lock.wait stock').attributes).toEqual({
    ...identity,
    'lock.label': 'me',
    'lock.queue.depth': 0,
    'lock.timeout': 2.5,
    'lock.outcome': 'acquired',
  });
  expect(otel.named('lock.hold stock').map((span) => span.attributes)).toEqual([
    { ...identity, 'lock.contended': false },
    { ...identity, 'lock.label': 'me', 'lock.contended': true },
  ]);
  expect(JSON.stringify(otel.spans().map((span) => span.attributes))).not.toContain('sku-1');
});

test('the hold ends before the wait behind it does', async () => {
  await twoRequests(new Lock('ordered'));
  const names = otel.spans().map((span) => span.name);
  expect(names.indexOf('lock.hold ordered')).toBeLessThan(names.indexOf('lock.wait ordered'));
});

test('an attempt that finds the lock free has no wait span', async () => {
  await otel.request('request', () => new Lock('free').run(() => 1));
  expect(otel.spans().map((span) => span.name)).toEqual(['lock.hold free', 'request']);
});

test.each<[string, (lock: Lock) => Promise<unknown>, string, string]>([
  ['timeout', (lock) => lock.run(() => 1, { timeout: 1 }), 'timeout', 'LockTimeoutError'],
  ['full queue', (lock) => lock.run(() => 1, { maxQueue: 0 }), 'rejected', 'LockQueueFullError'],
])('%s: the wait span is an error of its type', async (_case, attempt, outcome, errorType) => {
  const lock = new Lock('refused');
  await lock.acquire();
  const error = await otel.request('request', () => attempt(lock)).catch((reason: unknown) => reason);
  expect(error instanceof LockTimeoutError || error instanceof LockQueueFullError).toBe(true);
  const wait = only('lock.wait refused');
  expect(wait.attributes).toMatchObject({ 'lock.outcome': outcome, 'error.type': errorType });
  expect(wait.status.code).toBe(api.SpanStatusCode.ERROR);
});

test('a lock that was held, for somebody who would not wait, is no error', async () => {
  const lock = new Lock('busy');
  await lock.acquire();
  const attempt = otel.request('request', () => lock.run(() => 1, { timeout: 0 }));
  await expect(attempt).rejects.toBeInstanceOf(LockTimeoutError);
  expect(only('lock.wait busy').attributes).toMatchObject({ 'lock.outcome': 'busy', 'lock.timeout': 0 });
  expect(only('lock.wait busy').status.code).toBe(api.SpanStatusCode.UNSET);
});

test('an abort by the caller is no error', async () => {
  const lock = new Lock('aborted');
  await lock.acquire();
  const controller = new AbortController();
  const attempt = otel.request('request', () => lock.run(() => 1, { signal: controller.signal }));
  controller.abort(new Error('client left'));
  await expect(attempt).rejects.toThrow('client left');
  const wait = only('lock.wait aborted');
  expect(wait.attributes['lock.outcome']).toBe('aborted');
  expect(wait.status.code).toBe(api.SpanStatusCode.UNSET);
});

test('an abort after the grant ends both spans, and the body has not run', async () => {
  const lock = new Lock('late');
  await lock.acquire();
  const controller = new AbortController();
  let ran = false;
  const attempt = otel.request('request', () =>
    lock.run(
      () => {
        ran = true;
      },
      { signal: controller.signal },
    ),
  );
  lock.release();
  controller.abort(new Error('too late'));
  await expect(attempt).rejects.toThrow('too late');
  expect(ran).toBe(false);
  expect(lock.locked()).toBe(false);
  expect(only('lock.hold late').attributes['lock.outcome']).toBe('aborted');
  expect(otel.named('lock.wait late')).toHaveLength(1);
});

test('a body that throws makes its hold an error', async () => {
  const attempt = otel.request('request', () => new Lock('throws').run(() => Promise.reject(new RangeError('no'))));
  await expect(attempt).rejects.toThrow('no');
  const hold = only('lock.hold throws');
  expect(hold.status.code).toBe(api.SpanStatusCode.ERROR);
  expect(hold.attributes['error.type']).toBe('RangeError');
  expect(hold.events).toEqual([]);
});

test('acquire, hold and tryAcquire have hold spans that end with the release', async () => {
  const lock = new Lock('bare');
  await otel.request('request', async () => {
    await lock.acquire();
    expect(otel.named('lock.hold bare')).toHaveLength(0);
    lock.release();
    expect(otel.named('lock.hold bare')).toHaveLength(1);
    const hold = await lock.hold();
    await hold.release();
    expect(lock.tryAcquire()).toBe(true);
    lock.release();
  });
  expect(otel.named('lock.hold bare')).toHaveLength(3);
});

test('no span without a parent, under an unsampled parent, or when spans are off', async () => {
  await new Lock('silent').run(() => 1);
  configureTracing({ spans: 'off' });
  await otel.request('off', () => new Lock('silent').run(() => 1));
  expect(otel.spans().map((span) => span.name)).toEqual(['off']);
  configureTracing({ spans: 'auto' });
  await otel.stop();
  const sampler = refuseAll();
  otel.start(sampler);
  await otel.request('unsampled', () => new Lock('silent').run(() => 1));
  expect(sampler.asked).toEqual(['unsampled']);
});

test('a wait has no link to a hold that was not sampled', async () => {
  const lock = new Lock('unlinked');
  const open = deferred<void>();
  const unsampled = lock.run(() => open.promise);
  const request = otel.request('request', () => lock.run(() => 1));
  open.resolve();
  await Promise.all([unsampled, request]);
  expect(only('lock.wait unlinked').links).toEqual([]);
});

test('an SDK registered after the lock was made and used is seen', async () => {
  await otel.stop();
  const lock = new Lock('early');
  await lock.run(() => 1);
  otel.start();
  await otel.request('request', () => lock.run(() => 1));
  expect(otel.named('lock.hold early')).toHaveLength(1);
});

test('configureTracing refuses what it does not know', () => {
  expect(() => configureTracing({ spans: 'sometimes' as never })).toThrow(TypeError);
});
