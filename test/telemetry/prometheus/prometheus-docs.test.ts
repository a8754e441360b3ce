/**
 * The page of the documentation lists what is exported: every metric with its type and labels, and no other.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUCKET_BOUNDS_SECONDS } from 'lockmeter';
import type { HistogramDetail } from 'lockmeter/prometheus';
import { boundsOf } from '../../../src/telemetry/histogram-detail.js';
import { METRIC_PREFIX, METRICS } from '../../../src/telemetry/names.js';
import { collected } from './collected.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
const section = page.slice(page.indexOf('## Prometheus'), page.indexOf('\n## Spans'));
const rows = [...section.matchAll(/^\| `(lockmeter_\w+)(?:\{([\w,]+)\})?` \| (\w+) \|/gm)].map(
  ([, name, labels = '', type]) => ({ name: name!, labels: labels.split(',').filter(Boolean), type: type! }),
);

test('the table has every metric with its type, in the order of export', () => {
  expect(rows.map(({ name, type }) => ({ name, type }))).toEqual(
    Object.values(METRICS).map(({ name, type }) => ({ name: METRIC_PREFIX + name, type })),
  );
});

test('the labels it names are those of the series', async () => {
  const { manager, register } = collected();
  await manager.run('inventory', () => 1);
  const families = await register.getMetricsAsJSON();
  for (const { name, labels } of rows) {
    const family = families.find((each) => each.name === name)!;
    const own = new Set(family.values.flatMap((sample) => Object.keys(sample.labels)));
    const implied = labels.includes('lock_backend') ? ['le'] : ['le', 'lock_name', 'lock_backend'];
    expect([name, [...own].filter((label) => !implied.includes(label)).sort()]).toEqual([name, [...labels].sort()]);
  }
});

test('the bounds it lists are those of the buckets', () => {
  const unit = { µs: 1e-6, ms: 1e-3, s: 1 };
  const boundsIn = (detail: string): number[] => {
    const [, cell] = new RegExp(`^\\| \`'${detail}'\` \\| ([^|]+) \\|`, 'm').exec(section)!;
    // A number without a unit has that of the next one that has one.
    const parts = cell!.split(', ').map((part) => /^([\d.]+)(?: (µs|ms|s))?$/.exec(part.trim())!);
    return parts.map(([, value], i) => {
      const next = parts.slice(i).find(([, , own]) => own !== undefined)!;
      return Number((Number(value) * unit[next[2] as keyof typeof unit]).toPrecision(6));
    });
  };
  expect(boundsIn('full')).toEqual(BUCKET_BOUNDS_SECONDS);
  expect(boundsIn('coarse')).toEqual(boundsOf('coarse'));
});

test('a name has as many series as it says', async () => {
  const [, ...said] = /a name has (\d+), (\d+) or (\d+) series/.exec(section)!;
  const counted = ['full', 'coarse', 'off'].map(async (histograms) => {
    const { manager, scrape } = collected('prom-client', { histograms: histograms as HistogramDetail });
    await manager.run('inventory', () => 1);
    return [...(await scrape()).keys()].filter((key) => key.includes('lock_name="inventory"')).length;
  });
  expect(await Promise.all(counted)).toEqual(said.map(Number));
});
