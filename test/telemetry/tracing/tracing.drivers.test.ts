/**
 * The spans of a lock at a driver: nobody knows that an attempt waits until the engine says so, and its holder may be in another
 * process. The fake driver answers when the test says.
 */
import { api, tracing } from '@opentelemetry/sdk-node';
import { clock, installControlledClock } from '../../support/controlled-clock.js';
import { tracingForEachTest } from '../../support/spans.js';
import { turn } from '../../support/ticks.js';

installControlledClock();
const { LockEngineError, LockLostError } = await import('lockmeter');
const { configureTracing } = await import('lockmeter/opentelemetry');
const { FakeDriver, heldElsewhere } = await import('../../drivers/fake-driver.js');
const { deferred } = await import('../../support/deferred.js');
const { isolatedManager } = await import('../../support/isolated.js');

type Manager = ReturnType<typeof isolatedManager>;
type Run = Parameters<Manager['run']>[2];

const otel = tracingForEachTest(configureTracing);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (span: string, flags = '01'): string => `00-${TRACE}-${span.padStart(16, '0')}-${flags}`;

/** A manager whose engine is the test's. */
function engine(options: Parameters<typeof isolatedManager>[0] = {}) {
  const driver = new FakeDriver('redis');
  return { driver, locks: isolatedManager({ driver, ...options }) };
}

/** Asks in a request of its own, and gives what came of it. */
function ask(locks: Manager, options?: Run, body: () => unknown = () => {}): Promise<unknown> {
  return otel.request('request', () => locks.run('stock', body, options).catch((error: unknown) => error));
}

const only = (kind: 'wait' | 'hold'): tracing.ReadableSpan => {
  const spans = otel.named(`lock.${kind} stock`);
  expect(spans).toHaveLength(1);
  return spans[0]!;
};
const waits = (): tracing.ReadableSpan[] => otel.named('lock.wait stock');
const milliseconds = ({ duration: [s, ns] }: tracing.ReadableSpan): number => Math.round(s * 1e3 + ns / 1e6);
const identity = { 'lock.name': 'stock', 'lock.backend': 'redis' };

test('an attempt that the engine serves at once did not wait, though an answer took its time', async () => {
  const { driver, locks } = engine();
  const asked = ask(locks);
  clock.time += 900;
  driver.latest.grant({ token: 41n });
  await asked;
  expect(waits()).toEqual([]);
  expect(only('hold').attributes).toEqual({ ...identity, 'lock.contended': false, 'lock.fencing_token': '41' });
});

test('one that stands in the queue has waited since it asked: behind how many, and who holds', async () => {
  const { driver, locks } = engine();
  const before = Date.now();
  const asked = ask(locks, { timeout: 5_000, label: 'me' });
  const made = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  driver.latest.queue({ ahead: 3, holder: heldElsewhere({ age: 1_500 }) });
  driver.latest.grant();
  await asked;
  const wait = only('wait');
  expect(wait.attributes).toEqual({
    ...identity,
    'lock.label': 'me',
    'lock.timeout': 5,
    'lock.queue.depth': 3,
    'lock.holder.label': 'POST /checkout',
    'lock.holder.age': 1.5,
    'lock.holder.process': 'api-2:4242',
    'lock.outcome': 'acquired',
  });
  const [seconds, nanoseconds] = wait.startTime;
  const started = seconds * 1e3 + nanoseconds / 1e6;
  expect(started).toBeGreaterThanOrEqual(before);
  expect(started).toBeLessThanOrEqual(made);
  expect(wait.parentSpanContext!.spanId).toBe(otel.named('request')[0]!.spanContext().spanId);
  expect(only('hold').attributes).toMatchObject({ 'lock.contended': true, 'lock.label': 'me' });
});

test('a hold in this process does not make an attempt wait: the engine does', async () => {
  const { driver, locks } = engine();
  const gate = deferred();
  const first = ask(locks, { label: 'first' }, () => gate.promise);
  driver.latest.grant();
  await turn();
  const second = ask(locks, { label: 'second' });
  gate.resolve();
  await first;
  driver.latest.grant();
  await second;
  expect(waits()).toEqual([]);
  expect(otel.named('lock.hold stock').map(({ attributes }) => attributes['lock.contended'])).toEqual([false, false]);
});

describe('links to the hold in another process', () => {
  const linksOf = async (...places: string[]): Promise<unknown[]> => {
    const { driver, locks } = engine();
    const asked = ask(locks);
    for (const said of places) driver.latest.queue({ holder: heldElsewhere({ traceparent: said }) });
    driver.latest.grant();
    await asked;
    return only('wait').links.map(({ context, attributes }) => [context.traceId, Number(context.spanId), attributes]);
  };
  const blockedBy = (...spans: number[]): unknown[] =>
    spans.map((span) => [TRACE, span, { 'lock.link.type': 'blocked_by' }]);

  test('one that is sampled', async () => {
    expect(await linksOf(traceparent('7'))).toEqual(blockedBy(7));
  });

  test.each([
    ['not sampled', traceparent('7', '00')],
    ['of no trace', `00-${'0'.repeat(32)}-00000000000000a7-01`],
    ['no traceparent', 'x'.repeat(55)],
    ['longer than it may be', `${traceparent('7')}-00`],
  ])('none to one that is %s', async (_what, said) => {
    expect(await linksOf(said)).toEqual([]);
  });

  test('those that were heard of later as well, each once, and four at most', async () => {
    const holders = ['1', '1', '2', '3', '2', '4', '5'].map((span) => traceparent(span));
    expect(await linksOf(...holders)).toEqual(blockedBy(1, 2, 3, 4));
  });

  test('what one process shares of its hold is what another one links to', async () => {
    const [here, there] = [engine({ storeTraceparent: true }), engine()];
    const gate = deferred();
    const holding = ask(here.locks, { label: 'holder' }, () => gate.promise);
    const grant = here.driver.latest.grant();
    await turn();
    expect(grant.described).toEqual([
      { label: 'holder', host: expect.any(String), pid: process.pid, traceparent: expect.any(String) },
    ]);
    const waiting = ask(there.locks, { label: 'waiter' });
    there.driver.latest.queue({ holder: heldElsewhere(grant.described[0]) });
    gate.resolve();
    await holding;
    there.driver.latest.grant();
    await waiting;
    const hold = otel.named('lock.hold stock').find(({ attributes }) => attributes['lock.label'] === 'holder')!;
    const [link] = only('wait').links;
    expect(link!.context).toEqual({ ...hold.spanContext(), traceState: undefined, isRemote: true });
  });
});

test('a hold in this process is linked to once, whether or not the engine says that it is ours', async () => {
  const { driver, locks } = engine({ storeTraceparent: true });
  const gate = deferred();
  const holding = ask(locks, { label: 'holder' }, () => gate.promise);
  const { described } = driver.latest.grant();
  await turn();
  const waiting = [1, 2].map(() => ask(locks));
  const [, second, third] = driver.asked;
  second!.queue({ holder: heldElsewhere(described[0]) });
  third!.queue({ ahead: 1, holder: heldElsewhere({ traceparent: undefined }) });
  gate.resolve();
  await holding;
  second!.grant();
  await waiting[0];
  third!.grant();
  await waiting[1];
  const [hold, next] = otel.named('lock.hold stock').map((span) => span.spanContext().spanId);
  expect(waits().map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([[hold], [hold, next]]);
});

describe('a span is shared', () => {
  const described = async (storeTraceparent: boolean, run: typeof ask = ask): Promise<number> => {
    const { driver, locks } = engine({ storeTraceparent });
    const running = run(locks);
    const grant = driver.latest.grant();
    await running;
    return grant.described.length;
  };

  test('only where that was asked for', async () => {
    expect([await described(true), await described(false)]).toEqual([1, 0]);
  });

  test('not when there is none', async () => {
    expect(await described(true, (locks) => locks.run('stock', () => {}))).toBe(0);
  });

  test('not when it is recorded and then dropped', async () => {
    await otel.stop();
    otel.start({ shouldSample: () => ({ decision: tracing.SamplingDecision.RECORD }) });
    expect(await described(true)).toBe(0);
  });
});

describe('an attempt that ends without the lock has a span, though it never queued', () => {
  test.each<[string, (driver: InstanceType<typeof FakeDriver>) => void, object]>([
    [
      'the engine failed',
      (driver) => driver.latest.fail(new Error('READONLY')),
      { 'lock.outcome': 'error', 'error.type': 'LockEngineError' },
    ],
    [
      'it refused',
      (driver) => driver.latest.refuse('full'),
      { 'lock.outcome': 'rejected', 'error.type': 'LockQueueFullError' },
    ],
    ['it was busy', (driver) => driver.latest.refuse('busy'), { 'lock.outcome': 'busy' }],
  ])('%s', async (_how, answer, said) => {
    const { driver, locks } = engine({ maxQueue: 3 });
    const asked = ask(locks);
    clock.time += 40;
    answer(driver);
    await asked;
    const wait = only('wait');
    expect(wait.attributes).toEqual({ ...identity, 'lock.queue.depth': 0, ...said });
    expect(wait.status.code === api.SpanStatusCode.ERROR).toBe('error.type' in said);
    expect(milliseconds(wait)).toBe(40);
  });

  test('it timed out before the engine answered', async () => {
    const { locks } = engine();
    const started = clock.time;
    const asked = ask(locks, { timeout: 5 });
    clock.time = started + 5;
    await asked;
    expect(only('wait').attributes).toMatchObject({ 'lock.outcome': 'timeout', 'error.type': 'LockTimeoutError' });
  });

  test('but not if the engine was never asked', async () => {
    const { locks } = engine();
    await locks.close();
    await ask(locks);
    expect(otel.spans().map(({ name }) => name)).toEqual(['request']);
  });
});

test('an engine that took a second to serve an attempt at once was waited for', async () => {
  const { driver, locks } = engine();
  const asked = ask(locks);
  clock.time += 1_000;
  driver.latest.grant();
  await asked;
  expect(milliseconds(only('wait'))).toBe(1_000);
  expect(only('hold').attributes).toMatchObject({ 'lock.contended': false });
});

describe.each([['auto'], ['slow']] as const)('a hold that was lost, with spans: %s', (spans) => {
  test('is an error of that type, says why, and has ended though its body goes on', async () => {
    configureTracing({ spans });
    const { driver, locks } = engine();
    const gate = deferred();
    const running = ask(locks, undefined, () => gate.promise);
    const grant = driver.latest.grant();
    await turn();
    grant.renew();
    grant.renew('error');
    grant.renew();
    clock.time += 7_000;
    grant.lose({ cause: 'lease-deadline', stalled: 6_500 });
    const hold = only('hold');
    expect(hold.status.code).toBe(api.SpanStatusCode.ERROR);
    expect(hold.attributes).toMatchObject({ 'error.type': LockLostError.name, 'lock.lease.renewals': 2 });
    expect(hold.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['lock.lease_lost', { 'lock.reason': 'lease-deadline', 'lock.lease.stall': 6.5 }],
    ]);
    gate.reject(new RangeError('afterwards'));
    expect(await running).toBeInstanceOf(RangeError);
    expect(only('hold').attributes['error.type']).toBe(LockLostError.name);
  });
});

test('renewals are said of a hold that had some', async () => {
  const { driver, locks } = engine();
  for (const renewals of [0, 3]) {
    const gate = deferred();
    const running = ask(locks, undefined, () => gate.promise);
    const grant = driver.latest.grant();
    await turn();
    for (let i = 0; i < renewals; i++) grant.renew();
    gate.resolve();
    await running;
  }
  const holds = otel.named('lock.hold stock');
  expect(holds.map(({ attributes }) => attributes['lock.lease.renewals'])).toEqual([undefined, 3]);
  expect(holds.map(({ status }) => status.code)).toEqual([0, 0]);
});

describe('modes', () => {
  const queuedFor = async (ms: number): Promise<void> => {
    const { driver, locks } = engine();
    const asked = ask(locks);
    driver.latest.queue({ ahead: 2, holder: heldElsewhere({ traceparent: traceparent('7') }) });
    clock.time += ms;
    driver.latest.grant();
    await asked;
  };

  test.each([
    ['minWaitSpan', { minWaitSpan: 100 }],
    ["'slow'", { spans: 'slow' }],
  ] as const)('%s: a wait that was long enough has all that one made at once has', async (_mode, options) => {
    configureTracing(options);
    await queuedFor(99);
    expect(waits()).toEqual([]);
    await queuedFor(100);
    const wait = only('wait');
    expect(milliseconds(wait)).toBe(100);
    expect(wait.attributes).toMatchObject({ 'lock.queue.depth': 2, 'lock.holder.process': 'api-2:4242' });
    expect(wait.links.map(({ context }) => context.traceId)).toEqual([TRACE]);
  });

  test("'slow': an engine that was slow to serve an attempt at once was waited for", async () => {
    configureTracing({ spans: 'slow' });
    const { driver, locks } = engine();
    const asked = ask(locks);
    clock.time += 100;
    driver.latest.grant();
    await asked;
    expect(milliseconds(only('wait'))).toBe(100);
  });

  test("'always': the span is there from the start, and learns of the queue", async () => {
    configureTracing({ spans: 'always' });
    await queuedFor(0);
    const wait = only('wait');
    expect(wait.attributes).toMatchObject({ 'lock.queue.depth': 2, 'lock.holder.label': 'POST /checkout' });
    expect(wait.links).toHaveLength(1);
    const { driver, locks } = engine();
    const asked = ask(locks);
    driver.latest.grant();
    await asked;
    expect(waits()).toHaveLength(2);
  });
});

test('an error of the engine has its class', async () => {
  const { driver, locks } = engine();
  const asked = ask(locks);
  driver.latest.fail(new Error('down'));
  expect(await asked).toBeInstanceOf(LockEngineError);
});
