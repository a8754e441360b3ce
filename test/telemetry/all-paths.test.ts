/**
 * Every way out of the process says the same: one scripted run, and the samples of all exporters side by side. The clock
 * stands still while they are read, so that even ages and areas are the same numbers.
 */
import { jest } from '@jest/globals';
import { Registry as NewRegistry } from '@prometheus-io/client';
import { Registry } from 'prom-client';
import { clock, installControlledClock } from '../support/controlled-clock.js';
import { deferred } from '../support/deferred.js';
import { samplesOf } from '../support/prometheus-page.js';
import { expectSame, type Samples, withoutEmptyHistograms } from '../support/same-samples.js';
import { ticks } from '../support/ticks.js';

installControlledClock();
const { BUCKET_BOUNDS_SECONDS } = await import('lockmeter');
const { collectLockMetrics } = await import('lockmeter/prometheus');
const { instrumentLocks, lockmeterPrometheusViews, metricProducer } = await import('lockmeter/opentelemetry');
const { NAME_LIMIT } = await import('../../src/stats-registry.js');
const { METRIC_PREFIX, METRICS } = await import('../../src/telemetry/names.js');
const { isolatedManager } = await import('../support/isolated.js');
const { FakeDriver, heldElsewhere } = await import('../drivers/fake-driver.js');
const { startExporter } = await import('../support/meters.js');
const { samplesOfMetrics, samplesOfSnapshot } = await import('../support/prometheus-form.js');

type Manager = ReturnType<typeof isolatedManager>;

const manager = isolatedManager();
const paths = new Map<string, Samples>();
let reference: Samples;

/** Something of everything that can happen to a lock, some of it still going on at the end. */
async function run(locks: Manager): Promise<void> {
  const left = new AbortController();
  const inventory = locks.lock('inventory');
  const first = await inventory.hold();
  const queued = [inventory.hold(), inventory.hold()];
  const abandoning = inventory.run(() => 1, { signal: left.signal }).catch(() => 'aborted');
  const late = inventory.run(() => 1, { timeout: 1 }).catch(() => 'timeout');
  inventory.tryAcquire();
  await inventory.run(() => 1, { maxQueue: 0 }).catch(() => 'rejected');
  await inventory.run(() => 1, { timeout: 0 }).catch(() => 'busy');
  const broken = { aborted: false, addEventListener: fails, removeEventListener: fails } as unknown as AbortSignal;
  await inventory.run(() => 1, { signal: broken }).catch(() => 'error');
  pass(3);
  left.abort();
  pass(250);
  expect(await Promise.all([abandoning, late])).toEqual(['aborted', 'timeout']);
  await first.release();
  for (const [i, turn] of queued.entries()) {
    const hold = await turn;
    pass(0.07 + 70_000 * i);
    await hold.release();
  }
  for (const key of ['a', 'b', 'c']) await locks.run('orders', () => pass(12.5), { key });
  const never = deferred();
  for (const key of ['a', 'a', 'a', 'b', 'b']) void locks.run('orders', () => never.promise, { key });
  void locks.run('stuck', () => never.promise);
  pass(1_700);
  void locks.run('stuck', () => 1);
  locks.lock('idle');
  await locks.run('quoted "name" \\ with a\nline end', () => pass(1));
  inventory.stats.forcedReleases.abandoned += 3;
  locks.stats.deadlocks += 4;
  await runAtEngine(locks);
  for (let i = 0; i < NAME_LIMIT; i++) await locks.run(`many-${'x'.repeat(i)}`, () => pass(0.2));
  await runAtEngine(locks, 'beyond the limit');
  pass(900);
  await ticks(5);
}

/** The same at an engine, by default on a name that there is in memory, too; one hold and one wait go on. */
async function runAtEngine({ stats }: Manager, name = 'inventory'): Promise<void> {
  const driver = new FakeDriver('redis');
  const locks = isolatedManager({ stats, driver });
  const hold = async (ms: number) => {
    const taking = locks.lock(name).hold();
    pass(0.6);
    const grant = driver.latest.grant();
    await taking;
    pass(ms);
    return { grant, hold: await taking };
  };
  await (await hold(20)).hold.release();
  for (const cause of ['lease-deadline', 'taken', 'session', 'max-hold', 'closed'] as const) {
    (await hold(12)).grant.lose({ cause });
  }
  const renewed = (await hold(40)).grant;
  for (const result of ['ok', 'ok', 'error'] as const) renewed.renew(result);
  const failing = locks
    .lock(name, 'a')
    .acquire()
    .catch(() => 'error');
  driver.latest.fail(new Error('down'));
  const refused = locks
    .lock(name, 'a')
    .acquire()
    .catch(() => 'busy');
  driver.latest.refuse('busy');
  await Promise.all([failing, refused]);
  void locks.lock(name, 'b').acquire();
  driver.latest.queue({ ahead: 1, holder: heldElsewhere() });
  for (const duration of [0.4, 2.5, 31]) driver.tell({ type: 'trip', operation: 'acquire', result: 'ok', duration });
  driver.tell({ type: 'trip', operation: 'renew', result: 'error', duration: 5_001 });
}

function pass(ms: number): void {
  clock.time += ms;
}

function fails(): never {
  throw new Error('not a signal');
}

beforeAll(async () => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const register = new Registry();
  collectLockMetrics({ manager, register });
  const successor = new NewRegistry();
  collectLockMetrics({ manager, register: successor });
  const instruments = startExporter({ views: lockmeterPrometheusViews });
  instrumentLocks({ manager, meterProvider: instruments.provider });
  const producing = startExporter({ metricProducers: [metricProducer({ manager, names: 'prometheus' })] });
  await run(manager);
  const { resourceMetrics } = await metricProducer({ manager }).collect();
  paths.set('OTLP', samplesOfMetrics(resourceMetrics.scopeMetrics[0]!.metrics));
  paths.set('producer', samplesOf(await producing.page()));
  paths.set('instruments', samplesOf(await instruments.page()));
  paths.set('successor', samplesOf(await successor.metrics()));
  paths.set('snapshot', samplesOfSnapshot(manager.snapshot(), BUCKET_BOUNDS_SECONDS));
  reference = samplesOf(await register.metrics());
});

test('the run has something of everything in it', () => {
  const families = Object.values(METRICS).map(({ name, type }) => {
    const family = METRIC_PREFIX + name + (type === 'histogram' ? '_count' : '');
    return [name, [...reference].some(([key, value]) => key.startsWith(`${family}{`) && value > 0)];
  });
  expect(families).toEqual(Object.values(METRICS).map(({ name }) => [name, true]));
  const outcomes = manager.snapshot().locks.find(({ name }) => name === 'inventory')!.outcomes;
  expect(outcomes).toEqual({ acquired: 3, timeout: 1, aborted: 1, rejected: 1, busy: 2, error: 1 });
});

test.each([['inventory'], ['_other']])('what %s does at an engine is in series of its own', (name) => {
  const at = (backend: string, metric: string, more = ''): number | undefined =>
    reference.get(`lockmeter_${metric}{lock_backend="${backend}",lock_name="${name}"${more}}`);
  const counted = (metric: string, more?: string): unknown => [at('redis', metric, more), at('memory', metric, more)];
  const inMemory = name === 'inventory' ? 3 : expect.any(Number);
  expect(counted('acquisitions_total', ',lock_outcome="acquired"')).toEqual([7, inMemory]);
  expect(counted('lease_lost_total')).toEqual([3, 0]);
  expect(counted('lease_renewals_total', ',lock_result="ok"')).toEqual([2, 0]);
  expect(counted('lease_renewals_total', ',lock_result="error"')).toEqual([1, 0]);
  expect(counted('forced_releases_total', ',lock_reason="max_hold"')).toEqual([1, 0]);
  expect(counted('forced_releases_total', ',lock_reason="closed"')).toEqual([1, 0]);
  expect(counted('locked')).toEqual([1, 0]);
  expect(counted('queue_depth')).toEqual([1, 0]);
  expect(counted('hold_duration_seconds_count')).toEqual([6, inMemory]);
  expect(at('redis', 'waiter_age_seconds')).toBeGreaterThan(0.89);
});

test.each([
  ['OTLP', 'the producer’s metrics, named as an OTLP receiver names them'],
  ['producer', 'exporter-prometheus over the producer with Prometheus names'],
  ['successor', 'the page of @prometheus-io/client'],
])('%s: %s are those of prom-client', (path) => {
  expectSame(paths.get(path)!, reference);
});

test('instruments: the page of exporter-prometheus with the views is that of prom-client, without histograms of nothing', () => {
  const recorded = withoutEmptyHistograms(reference);
  expect(recorded.size).toBeLessThan(reference.size);
  expectSame(paths.get('instruments')!, recorded);
});

test('snapshot: what it knows is what prom-client has', () => {
  const known = paths.get('snapshot')!;
  expect(known.size).toBeGreaterThan(1_000);
  expectSame(known, new Map([...reference].filter(([key]) => known.has(key))));
});
