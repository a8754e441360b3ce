/**
 * The instruments of a real OpenTelemetry SDK: names, kinds and units exactly, one collection that agrees with itself, and
 * one of each whoever asks how often.
 */
import { type HistogramMetricData, type MetricData } from '@opentelemetry/sdk-metrics';
import { BUCKET_BOUNDS_SECONDS } from 'lockmeter';
import { instrumentLocks } from 'lockmeter/opentelemetry';
import { METRIC_KEYS, METRICS } from '../../../src/telemetry/names.js';
import { deferred } from '../../support/deferred.js';
import { isolatedManager } from '../../support/isolated.js';
import { countOf, startMeter } from '../../support/meters.js';
import { ticks } from '../../support/ticks.js';

const waits = (metrics: ReadonlyMap<string, MetricData>): number => countOf(metrics.get(METRICS.waitDuration.otel));
const histogram = (metrics: ReadonlyMap<string, MetricData>, name: string): HistogramMetricData['dataPoints'][0] =>
  (metrics.get(name) as HistogramMetricData).dataPoints[0]!;

test('every metric has an instrument of the documented name, unit and description, of the kind that its values need', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  instrumentLocks({ manager, meterProvider: provider });
  await manager.run('inventory', () => 1);
  manager.stats.backend('memory').trips('acquire', 'ok').duration.observe(1);
  const metrics = await collect();
  expect(
    [...metrics.values()].map(({ descriptor: { name, unit, description } }) => [name, unit, description]).sort(),
  ).toEqual(
    Object.values(METRICS)
      .map(({ otel, unit, help }) => [otel, unit, help])
      .sort(),
  );
  const kinds = Object.fromEntries(METRIC_KEYS.map((key) => [key, kindOf(metrics.get(METRICS[key].otel)!)]));
  expect(kinds).toEqual({
    waitDuration: 'histogram',
    holdDuration: 'histogram',
    acquisitions: 'counter',
    contended: 'counter',
    heldTime: 'counter',
    queuedTime: 'counter',
    locked: 'up-down counter',
    queueDepth: 'up-down counter',
    queueDepthMax: 'gauge',
    holderAge: 'gauge',
    waiterAge: 'gauge',
    permits: 'up-down counter',
    leaseLost: 'counter',
    leaseRenewals: 'counter',
    backendDuration: 'histogram',
    forcedReleases: 'counter',
    deadlocks: 'counter',
    labelOverflow: 'counter',
  });
});

function kindOf(metric: MetricData): string {
  if ('isMonotonic' in metric) return metric.isMonotonic ? 'counter' : 'up-down counter';
  return ['histogram', 'exponential', 'gauge'][metric.dataPointType]!;
}

test('attributes are lock.name and lock.backend, and what a metric adds to them', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  instrumentLocks({ manager, meterProvider: provider });
  await manager.run('inventory', () => 1, { key: 'secret', label: 'secret' });
  const metrics = await collect();
  expect(metrics.get('lockmeter.acquisitions')!.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
    'lock.name': 'inventory',
    'lock.backend': 'memory',
    'lock.outcome': 'acquired',
  });
  expect(histogram(metrics, 'lockmeter.hold.duration').attributes).toEqual({
    'lock.name': 'inventory',
    'lock.backend': 'memory',
  });
  expect(JSON.stringify([...metrics])).not.toContain('secret');
});

test('one collection agrees with itself: what was observed just before it is in its histograms', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  instrumentLocks({ manager, meterProvider: provider });
  for (let round = 1; round <= 3; round++) {
    for (let i = 0; i < 10; i++) await manager.run('inventory', () => 1);
    const metrics = await collect();
    const attempts = metrics.get('lockmeter.acquisitions')!.dataPoints.map(({ value }) => value as number);
    expect(attempts.reduce((a, b) => a + b)).toBe(10 * round);
    expect(waits(metrics)).toBe(10 * round);
    expect(countOf(metrics.get('lockmeter.hold.duration'))).toBe(10 * round);
  }
});

test('a stuck lock shows while it is stuck', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  instrumentLocks({ manager, meterProvider: provider });
  const open = deferred();
  const runs = [manager.run('stuck', () => open.promise), manager.run('stuck', () => 1)];
  const read = async (name: string): Promise<number> => (await collect()).get(name)!.dataPoints[0]!.value as number;
  const before = await read('lockmeter.held.time');
  await ticks(5);
  expect(await read('lockmeter.locked')).toBe(1);
  expect(await read('lockmeter.queue.depth')).toBe(1);
  expect(await read('lockmeter.holder.age')).toBeGreaterThan(0);
  expect(await read('lockmeter.held.time')).toBeGreaterThan(before);
  open.resolve();
  await Promise.all(runs);
});

test('the bounds are those of the lock, each value in the bucket where the lock counts it', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  instrumentLocks({ manager, meterProvider: provider });
  const { duration } = manager.stats.backend('memory').trips('acquire', 'ok');
  for (const ms of [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 6e4 + 1]) {
    duration.observe(ms);
  }
  const { buckets } = histogram(await collect(), 'lockmeter.backend.duration').value;
  expect(buckets.boundaries).toEqual([...BUCKET_BOUNDS_SECONDS]);
  expect(buckets.counts).toEqual(Array(19).fill(1));
  expect(Array.from(duration.counts)).toEqual(buckets.counts);
});

test('histograms: coarse has 7 bounds, off has none and no function on the histograms', async () => {
  const coarse = startMeter();
  const off = startMeter();
  const [one, two] = [isolatedManager(), isolatedManager()];
  instrumentLocks({ manager: one, meterProvider: coarse.provider, histograms: 'coarse' });
  instrumentLocks({ manager: two, meterProvider: off.provider, histograms: 'off' });
  await one.run('inventory', () => 1);
  await two.run('inventory', () => 1);
  const { boundaries } = histogram(await coarse.collect(), 'lockmeter.wait.duration').value.buckets;
  expect(boundaries).toEqual([0.0001, 0.001, 0.01, 0.1, 1, 10, 60]);
  const names = [...(await off.collect()).keys()];
  expect(names).not.toContain('lockmeter.wait.duration');
  expect(names).toContain('lockmeter.acquisitions');
  expect(two.stats.for('inventory').wait.tap).toBeUndefined();
});

test('asked for twice it is there once, and ends when all who asked have ended it', async () => {
  const manager = isolatedManager();
  const { provider, collect } = startMeter();
  const stops = [1, 2].map(() => instrumentLocks({ manager, meterProvider: provider }));
  await manager.run('inventory', () => 1);
  expect(waits(await collect())).toBe(1);
  stops[0]!();
  stops[0]!();
  await manager.run('inventory', () => 1);
  expect(waits(await collect())).toBe(2);
  stops[1]!();
  await manager.run('inventory', () => 1);
  expect(waits(await collect())).toBe(2);
  expect(manager.stats.for('inventory').wait.tap).toBeUndefined();
  instrumentLocks({ manager, meterProvider: provider });
  await manager.run('inventory', () => 1);
  expect(waits(await collect())).toBe(3);
});

test('two meter providers each get every observation', async () => {
  const manager = isolatedManager();
  const meters = [startMeter(), startMeter()];
  const stops = meters.map(({ provider }) => instrumentLocks({ manager, meterProvider: provider }));
  await manager.run('inventory', () => 1);
  stops[0]!();
  await manager.run('inventory', () => 1);
  expect(await Promise.all(meters.map(async ({ collect }) => waits(await collect())))).toEqual([1, 2]);
});

test('a meter provider takes the metrics of one manager', () => {
  const { provider } = startMeter();
  const stop = instrumentLocks({ manager: isolatedManager(), meterProvider: provider });
  expect(() => instrumentLocks({ manager: isolatedManager(), meterProvider: provider })).toThrow(
    'The meter provider has the metrics of another lock manager already: give each a provider of its own',
  );
  stop();
  instrumentLocks({ manager: isolatedManager(), meterProvider: provider })();
});

test.each([
  ['a provider that was given', () => startMeter().provider],
  ['whichever is registered', () => undefined],
])('histograms of one detail cannot become another unnoticed: %s', (_which, provide) => {
  const manager = isolatedManager();
  const meterProvider = provide();
  const stop = instrumentLocks({ manager, meterProvider, histograms: 'coarse' });
  expect(() => instrumentLocks({ manager, meterProvider })).toThrow(
    new Error(
      'The locks have instruments with histograms "coarse" already, got "full": ask for the same, or stop those first',
    ),
  );
  stop();
  expect(manager.stats.attached.size).toBe(0);
  instrumentLocks({ manager, meterProvider })();
});

test('options are checked', () => {
  const call = (options: unknown) => () => instrumentLocks(options as object);
  expect(call(7)).toThrow(new TypeError('options must be an object, got 7'));
  expect(call({ manager: 7 })).toThrow(new TypeError('manager must be a LockManager, got 7'));
  expect(call({ meterProvider: {} })).toThrow(
    new TypeError('meterProvider must be an OpenTelemetry MeterProvider, got [object Object]'),
  );
  expect(call({ histograms: 'fine' })).toThrow(
    new TypeError(`histograms must be 'full', 'coarse' or 'off', got "fine"`),
  );
});
