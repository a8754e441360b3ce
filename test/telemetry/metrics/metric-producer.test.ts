/**
 * The producer in readers of a real SDK: shapes that it takes, times that are true, and locks that do not notice.
 */
import { AggregationTemporality, DataPointType, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { BUCKET_BOUNDS_SECONDS, type LockManager } from 'lockmeter';
import { type LockMetricProducer, metricProducer, type ProducedMetric } from 'lockmeter/opentelemetry';
import { CUMULATIVE, DATA_POINT } from '../../../src/telemetry/metrics/metric-data.js';
import { METRIC_PREFIX, METRICS } from '../../../src/telemetry/names.js';
import { isolatedManager } from '../../support/isolated.js';
import { startMeter } from '../../support/meters.js';

async function produced(producer: LockMetricProducer): Promise<Map<string, ProducedMetric>> {
  const { resourceMetrics } = await producer.collect();
  return new Map(resourceMetrics.scopeMetrics[0]!.metrics.map((metric) => [metric.descriptor.name, metric]));
}

async function used(): Promise<LockManager> {
  const manager = isolatedManager();
  await manager.run('inventory', () => 1);
  return manager;
}

test('it is a MetricProducer by its type, and has the numbers of the SDK’s enums', () => {
  const producer: MetricProducer = metricProducer();
  expect(typeof producer.collect).toBe('function');
  expect(CUMULATIVE).toBe(AggregationTemporality.CUMULATIVE);
  expect(DATA_POINT).toEqual({
    histogram: DataPointType.HISTOGRAM,
    gauge: DataPointType.GAUGE,
    sum: DataPointType.SUM,
  });
});

test('a reader merges it with what the instruments give, under one resource', async () => {
  const manager = await used();
  const { provider, collect } = startMeter({ metricProducers: [metricProducer({ manager })] });
  provider.getMeter('app').createCounter('requests').add(1);
  const metrics = await collect();
  expect([...metrics.keys()].sort()).toEqual(['requests', ...Object.values(METRICS).map(({ otel }) => otel)].sort());
});

test('Prometheus names have prefix and unit', async () => {
  const metrics = await produced(metricProducer({ manager: await used(), names: 'prometheus' }));
  expect([...metrics.keys()]).toEqual(Object.values(METRICS).map(({ name }) => METRIC_PREFIX + name));
});

test('sums are cumulative since the process began, until now', async () => {
  const before = Date.now();
  const [metric] = (await produced(metricProducer({ manager: await used() }))).values();
  const { startTime, endTime } = metric!.dataPoints[0]!;
  expect(metric!.aggregationTemporality).toBe(AggregationTemporality.CUMULATIVE);
  expect(startTime[0] + startTime[1] / 1e9).toBeCloseTo(performance.timeOrigin / 1e3, 5);
  const end = endTime[0] * 1e3 + endTime[1] / 1e6;
  expect(end).toBeGreaterThanOrEqual(before);
  expect(end).toBeLessThanOrEqual(Date.now());
});

test('what is handed out does not change afterwards', async () => {
  const manager = await used();
  const first = await produced(metricProducer({ manager }));
  const text = JSON.stringify([...first]);
  await manager.run('inventory', () => 1);
  expect(JSON.stringify([...first])).toBe(text);
});

test('histograms are whole, in seconds, and say nothing of the smallest and the largest', async () => {
  const manager = await used();
  manager.stats.for('inventory').hold.observe(70_000);
  const metric = (await produced(metricProducer({ manager }))).get('lockmeter.hold.duration')!;
  const { value } = metric.dataPoints[0]! as { value: unknown } as { value: Record<string, unknown> };
  expect(value).toEqual({
    buckets: { boundaries: [...BUCKET_BOUNDS_SECONDS], counts: [...manager.stats.for('inventory').hold.counts] },
    sum: manager.stats.for('inventory').hold.sum / 1e3,
    count: 2,
  });
});

test('histograms: coarse folds them, off leaves them out', async () => {
  const manager = await used();
  const coarse = (await produced(metricProducer({ manager, histograms: 'coarse' }))).get('lockmeter.wait.duration')!;
  expect(coarse.dataPoints[0]!.value).toEqual({
    buckets: { boundaries: [0.0001, 0.001, 0.01, 0.1, 1, 10, 60], counts: [1, 0, 0, 0, 0, 0, 0, 0] },
    sum: 0,
    count: 1,
  });
  const off = await produced(metricProducer({ manager, histograms: 'off' }));
  expect([...off.values()].filter(({ dataPointType }) => dataPointType === DATA_POINT.histogram)).toEqual([]);
});

test('it puts nothing on the locks', async () => {
  const manager = await used();
  const { onGrowth, attached } = manager.stats;
  const before = [onGrowth.size, attached.size];
  await metricProducer({ manager }).collect();
  expect(manager.stats.for('inventory').wait.tap).toBeUndefined();
  expect([onGrowth.size, attached.size]).toEqual(before);
});

test('its resource gives way to any other', async () => {
  const { resource } = (await metricProducer().collect()).resourceMetrics;
  const other = { attributes: { 'service.name': 'shop' } };
  expect([resource.attributes, resource.getRawAttributes()]).toEqual([{}, []]);
  expect([resource.merge(other), resource.merge(null)]).toEqual([other, resource]);
});

test('options are checked', () => {
  const call = (options: unknown) => () => metricProducer(options as object);
  expect(call(null)).toThrow(new TypeError('options must be an object, got null'));
  expect(call({ manager: 7 })).toThrow(new TypeError('manager must be a LockManager, got 7'));
  expect(call({ names: 'statsd' })).toThrow(
    new TypeError(`names must be 'opentelemetry' or 'prometheus', got "statsd"`),
  );
  expect(call({ histograms: 'fine' })).toThrow(
    new TypeError(`histograms must be 'full', 'coarse' or 'off', got "fine"`),
  );
});
