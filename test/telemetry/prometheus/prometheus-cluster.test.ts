/**
 * Several processes as one page: real workers, and the aggregators of both clients. What can be added up is, ages and the
 * longest queue are the largest of them.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LockSnapshot, Snapshot } from 'lockmeter';
import { samplesOf } from '../../support/prometheus-page.js';
import { CLIENT_NAMES, labelled } from './collected.js';

const PROCESSES = fileURLToPath(new URL('../../consumers/prometheus-cluster/processes.mjs', import.meta.url));

interface Seen {
  readonly before: readonly Snapshot[];
  readonly page: string;
  readonly after: readonly Snapshot[];
}

const inventoryOf = ({ locks }: Snapshot): LockSnapshot => locks.find(({ name }) => name === 'inventory')!;

test.each(CLIENT_NAMES)('%s: two workers', async (client) => {
  const { NODE_OPTIONS: _jestOnly, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [PROCESSES, client], { env });
  const { before, page, after } = JSON.parse(stdout) as Seen;
  const samples = samplesOf(page);
  const read = (metric: string, more?: string): number =>
    samples.get(`lockmeter_${metric}${labelled('inventory', more)}`)!;
  const all = before.map(inventoryOf);
  const total = (of: (lock: LockSnapshot) => number): number => all.reduce((sum, lock) => sum + of(lock), 0);

  expect(all.map(({ queueDepth }) => queueDepth).sort()).toEqual([1, 2]);
  expect(read('locked')).toBe(2);
  expect(read('permits')).toBe(2);
  expect(read('queue_depth')).toBe(3);
  expect(read('queue_depth_max')).toBe(2);
  expect(read('acquisitions_total', 'lock_outcome="acquired"')).toBe(32);
  expect(total(({ outcomes }) => outcomes.acquired)).toBe(32);
  expect(read('hold_duration_seconds_count')).toBe(30);
  expect(read('hold_duration_seconds_bucket', 'le="+Inf"')).toBe(30);
  expect(read('hold_duration_seconds_bucket', 'le="0.005"')).toBe(
    total(({ hold }) => hold.buckets.slice(0, 6).reduce((sum, count) => sum + count, 0)),
  );
  expect(read('hold_duration_seconds_sum')).toBeCloseTo(
    total(({ hold }) => hold.sumSeconds),
    5,
  );

  // The ages grow while the question goes around: the page is between what the workers knew before and after.
  const between = (metric: string, of: (lock: LockSnapshot) => number, join: (values: number[]) => number): void => {
    expect(read(metric)).toBeGreaterThanOrEqual(join(before.map(inventoryOf).map(of)));
    expect(read(metric)).toBeLessThanOrEqual(join(after.map(inventoryOf).map(of)));
  };
  const largest = (values: number[]): number => Math.max(...values);
  const added = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
  between('holder_age_seconds', ({ holderAgeSeconds }) => holderAgeSeconds, largest);
  between('waiter_age_seconds', ({ waiterAgeSeconds }) => waiterAgeSeconds, largest);
  between('held_time_seconds_total', ({ heldTimeSeconds }) => heldTimeSeconds, added);
  between('queued_time_seconds_total', ({ queuedTimeSeconds }) => queuedTimeSeconds, added);
});
