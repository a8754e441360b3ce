/**
 * The labels of a series are one object at every reading, which is what lets an exporter make its text once, and no two
 * series share one.
 */
import type { LockManager } from 'lockmeter';
import { readNow } from '../../src/telemetry/lock-readings.js';
import { HISTOGRAM_POINTS, NUMBER_POINTS } from '../../src/telemetry/metric-points.js';
import type { PointLabels } from '../../src/telemetry/point-labels.js';
import { prometheusLabels } from '../../src/telemetry/prometheus/prometheus-labels.js';
import { isolatedManager } from '../support/isolated.js';

/** The labels of every point of every metric, by metric. */
function labelsOf(manager: LockManager): Map<string, PointLabels[]> {
  const reading = readNow(manager.stats);
  const metrics = Object.entries({ ...NUMBER_POINTS, ...HISTOGRAM_POINTS });
  return new Map(metrics.map(([key, read]) => [key, read(reading).map(({ labels }) => labels)]));
}

async function usedManager(): Promise<LockManager> {
  const manager = isolatedManager();
  for (const name of ['inventory', 'checkout', 'outcome']) await manager.run(name, () => 1);
  return manager;
}

test('a series has the same labels object at every reading, and a client sees the same one too', async () => {
  const manager = await usedManager();
  const first = labelsOf(manager);
  await manager.run('late', () => 1);
  const second = labelsOf(manager);
  for (const [metric, sets] of first) {
    expect([metric, sets.every((labels) => second.get(metric)!.includes(labels))]).toEqual([metric, true]);
    expect(sets.map(prometheusLabels).every((labels, i) => labels === prometheusLabels(sets[i]!))).toBe(true);
  }
  expect(second.get('acquisitions')!.length).toBeGreaterThan(first.get('acquisitions')!.length);
});

test('series that differ have labels that differ', async () => {
  for (const [metric, sets] of labelsOf(await usedManager())) {
    expect([metric, new Set(sets.map((labels) => JSON.stringify(labels))).size]).toEqual([metric, sets.length]);
  }
});

test('two managers with locks of one name do not share', async () => {
  const [one, other] = [await usedManager(), await usedManager()];
  const mine = new Set([...labelsOf(one).values()].flat());
  const shared = [...labelsOf(other).values()].flat().filter((labels) => mine.has(labels));
  // Metrics of the process have no labels: nothing to tell apart.
  expect(shared.every((labels) => Object.keys(labels).length === 0)).toBe(true);
});

test('nobody can change what others read', async () => {
  for (const sets of labelsOf(await usedManager()).values()) {
    for (const labels of sets)
      expect([Object.isFrozen(labels), Object.isFrozen(prometheusLabels(labels))]).toEqual([true, true]);
  }
});
