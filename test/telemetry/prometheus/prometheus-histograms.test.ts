/**
 * The `histograms` option: fewer buckets, or none, and every other figure as it was.
 */
import { BUCKET_BOUNDS_SECONDS } from 'lockmeter';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { Registry } from 'prom-client';
import { METRIC_PREFIX, METRICS } from '../../../src/telemetry/names.js';
import { isolatedManager } from '../../support/isolated.js';
import { turn } from '../../support/ticks.js';
import { CLIENT_NAMES, collected, labelled } from './collected.js';

const COARSE = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60];

/** Some holds and waits of different lengths. */
async function busyManager() {
  const manager = isolatedManager();
  await Promise.all(Array.from({ length: 5 }, () => manager.run('inventory', () => turn())));
  await manager.run('inventory', () => 1);
  return manager;
}

describe.each(CLIENT_NAMES)('%s', (client) => {
  test('full is the default and has the documented bounds, in seconds, up to +Inf', async () => {
    const manager = await busyManager();
    const page = await collected(client, { manager }).page();
    expect(await collected(client, { manager, histograms: 'full' }).page()).toBe(page);
    const bounds = [...page.matchAll(/lockmeter_hold_duration_seconds_bucket\{le="([^"]+)"/g)].map(([, le]) => le);
    expect(bounds).toEqual([...BUCKET_BOUNDS_SECONDS.map(String), '+Inf']);
  });

  test('coarse has the full page’s own figures at its bounds, and the same sums and counts', async () => {
    const manager = await busyManager();
    const full = await collected(client, { manager }).scrape();
    const coarse = await collected(client, { manager, histograms: 'coarse' }).scrape();
    for (const metric of ['wait_duration_seconds', 'hold_duration_seconds']) {
      const series = [...coarse.keys()].filter((key) => key.startsWith(`lockmeter_${metric}`));
      expect(series).toEqual([
        ...[...COARSE.map(String), '+Inf'].map(
          (le) => `lockmeter_${metric}_bucket${labelled('inventory', `le="${le}"`)}`,
        ),
        `lockmeter_${metric}_sum${labelled('inventory')}`,
        `lockmeter_${metric}_count${labelled('inventory')}`,
      ]);
      expect(series.map((key) => coarse.get(key))).toEqual(series.map((key) => full.get(key)));
    }
    expect(coarse.get(`lockmeter_hold_duration_seconds_count${labelled('inventory')}`)).toBe(6);
  });

  test('off has no histogram, and every counter and gauge', async () => {
    const manager = await busyManager();
    const full = await collected(client, { manager }).scrape();
    const { register, scrape } = collected(client, { manager, histograms: 'off' });
    const families = (await register.getMetricsAsJSON()).map(({ name }) => name);
    const numbers = Object.values(METRICS).filter(({ type }) => type !== 'histogram');
    expect(families).toEqual(numbers.map(({ name }) => METRIC_PREFIX + name));
    expect([...(await scrape())]).toEqual([...full].filter(([key]) => !/_duration_seconds_/.test(key)));
  });
});

test('a detail that is none is refused, and nothing is registered', () => {
  const register = new Registry();
  expect(() => collectLockMetrics({ manager: isolatedManager(), register, histograms: 'medium' as never })).toThrow(
    new TypeError(`histograms must be 'full', 'coarse' or 'off', got "medium"`),
  );
  expect(register.getMetricsAsArray()).toEqual([]);
});
