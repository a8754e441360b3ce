/**
 * Both Prometheus clients, prom-client and its successor, take the metrics and give the same page.
 */
import * as successor from '@prometheus-io/client';
import { collectLockMetrics, type MetricRegistry } from 'lockmeter/prometheus';
import * as promClient from 'prom-client';
import { METRIC_PREFIX, METRICS } from '../../../src/telemetry/names.js';
import { deferred } from '../../support/deferred.js';
import { isolatedManager } from '../../support/isolated.js';
import { CLIENT_NAMES, collected, labelled, speakOpenMetrics } from './collected.js';

const families = Object.values(METRICS).map(({ name, type, help }) => ({ name: METRIC_PREFIX + name, type, help }));

describe.each(CLIENT_NAMES)('%s', (client) => {
  test('has all families with their names, types and help', async () => {
    const { register } = collected(client);
    const found = await register.getMetricsAsJSON();
    expect(found.map(({ name, type, help }) => ({ name, type, help }))).toEqual(families);
  });

  test('knows one metric by its name, and can take it away', async () => {
    const { manager, register } = collected(client);
    await manager.run('inventory', () => 1);
    expect(register.getSingleMetric('lockmeter_locked')).toMatchObject({ type: 'gauge', aggregator: 'sum' });
    expect(await register.getSingleMetricAsString('lockmeter_contended_total')).toContain(
      'lockmeter_contended_total{lock_name="inventory",lock_backend="memory"} 0',
    );
    register.removeSingleMetric('lockmeter_locked');
    expect(await register.metrics()).not.toContain('lockmeter_locked');
    collectLockMetrics({ manager, register });
    expect(await register.metrics()).toContain('lockmeter_locked{');
  });

  test('JSON has every label where a reader of JSON looks, and nobody else sees what he does to it', async () => {
    const { manager, register } = collected(client);
    await manager.run('inventory', () => 1);
    const acquisitions = async () =>
      (await register.getMetricsAsJSON()).find(({ name }) => name === 'lockmeter_acquisitions_total')!.values;
    const expected = { lock_name: 'inventory', lock_backend: 'memory', lock_outcome: 'acquired' };
    const [first] = await acquisitions();
    expect(first).toMatchObject({ value: 1, labels: expected });
    first!.labels.lock_name = 'changed';
    expect((await acquisitions())[0]!.labels).toEqual(expected);
    expect(await register.metrics()).not.toContain('changed');
  });

  test('default labels of the registry are added to every series, and do not replace a lock’s own', async () => {
    const { manager, register, scrape } = collected(client);
    register.setDefaultLabels({ app: 'shop', lock_backend: 'default' });
    await manager.run('inventory', () => 1);
    const labels = `app="shop",lock_backend="memory",lock_name="inventory"`;
    const page = await scrape();
    expect(page.get(`lockmeter_locked{${labels}}`)).toBe(0);
    expect(page.get(`lockmeter_hold_duration_seconds_count{${labels}}`)).toBe(1);
  });

  test('a name with quotes, backslashes and line ends is escaped', async () => {
    const { manager, page } = collected(client);
    await manager.run('a"b\\c\nd', () => 1);
    expect(await page()).toContain('lockmeter_locked{lock_name="a\\"b\\\\c\\nd",lock_backend="memory"} 0');
  });

  test('a name that comes after the first scrape is on the next page', async () => {
    const { manager, scrape } = collected(client);
    await manager.run('early', () => 1);
    await scrape();
    await manager.run('late', () => 1);
    const page = await scrape();
    for (const name of ['early', 'late']) {
      expect(page.get(`lockmeter_hold_duration_seconds_count${labelled(name)}`)).toBe(1);
    }
  });

  test('an OpenMetrics registry takes them too', async () => {
    const { manager, register, page } = collected(client);
    speakOpenMetrics(register);
    await manager.run('inventory', () => 1);
    const first = await page();
    expect(first).toContain('# TYPE lockmeter_acquisitions counter');
    expect(first).toMatch(/lockmeter_acquisitions_total\{.*lock_outcome="acquired".*\} 1\n/);
    expect(first.trimEnd().endsWith('# EOF')).toBe(true);
    expect((await page()).length).toBe(first.length);
  });

  test('registries can be merged', async () => {
    const { manager, register } = collected(client);
    await manager.run('inventory', () => 1);
    const { Registry } = client === 'prom-client' ? promClient : successor;
    const merged = Registry.merge([register as promClient.Registry & successor.Registry]);
    expect(await merged.metrics()).toBe(await register.metrics());
  });
});

test('both clients give the same page', async () => {
  const manager = isolatedManager();
  const open = deferred();
  const attempts = [
    manager.run('inventory', () => 1),
    manager.run('inventory', () => open.promise, { key: 'a' }),
    manager.run('inventory', () => open.promise, { key: 'a', timeout: 0 }).catch(() => 'timeout'),
    manager.run('checkout', () => 1),
  ];
  open.resolve();
  await Promise.all(attempts);
  const pages = await Promise.all(CLIENT_NAMES.map((client) => collected(client, { manager }).page()));
  expect(pages[0]!.length).toBeGreaterThan(5_000);
  expect(pages[1]).toBe(pages[0]);
});

test('a registry of either client, of either content type, and a hand-made one are registries by type', () => {
  const registries: MetricRegistry[] = [
    promClient.register,
    successor.register,
    new promClient.Registry<typeof promClient.Registry.OPENMETRICS_CONTENT_TYPE>(),
    new successor.Registry(successor.Registry.OPENMETRICS_CONTENT_TYPE),
    new promClient.AggregatorRegistry(),
    new successor.ClusterRegistry(),
  ];
  expect(registries.map(({ registerMetric }) => typeof registerMetric)).toEqual(registries.map(() => 'function'));
  const given = new Map<string, object>();
  collectLockMetrics({
    manager: isolatedManager(),
    register: {
      registerMetric: (metric) => void given.set((metric as { name: string }).name, metric),
      getSingleMetric: (name) => given.get(name),
    },
  });
  expect([...given.keys()]).toEqual(families.map(({ name }) => name));
  // @ts-expect-error a registry that cannot be asked for a metric is none
  const half: MetricRegistry = { registerMetric: () => undefined };
  expect(half).toBeDefined();
});
