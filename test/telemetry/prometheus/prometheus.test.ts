/**
 * The metrics as a scraper sees them, on a real prom-client registry: labels and bounds exactly, and figures that agree with
 * what the locks did.
 */
import { jest } from '@jest/globals';
import { BUCKET_BOUNDS_SECONDS } from 'lockmeter';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { NAME_LIMIT } from '../../../src/stats-registry.js';
import { ATTRIBUTES, LABELS, type LabelKey, METRIC_PREFIX, METRICS } from '../../../src/telemetry/names.js';
import { deferred } from '../../support/deferred.js';
import { turn } from '../../support/ticks.js';
import { collected, labelled } from './collected.js';

/** Figures that are added up differ by the rounding of each: half of 2^-20 s. */
const DIGITS = 5;

test('the labels are what the scope of the metric says, and nothing of the key', async () => {
  const { manager, register } = collected();
  await manager.run('inventory', () => 1, { key: 'sku-secret', label: 'caller-secret' });
  const page = await register.metrics();
  expect(page).not.toContain('secret');
  const identity = { lock: ['lock_backend', 'lock_name'], backend: ['lock_backend'], process: [] };
  const own = ['le', 'lock_operation', 'lock_outcome', 'lock_reason', 'lock_result'];
  for (const { name, scope } of Object.values(METRICS)) {
    const lines = [
      ...page.matchAll(new RegExp(`^${METRIC_PREFIX}${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm')),
    ];
    for (const [line, labels = ''] of lines) {
      const keys = [...labels.matchAll(/(\w+)="/g)].map(([, key]) => key!);
      expect([line, keys.filter((key) => !own.includes(key)).sort()]).toEqual([line, identity[scope]]);
    }
  }
});

test('the bounds are the documented ones, in seconds, and end in +Inf', async () => {
  const { manager, register } = collected();
  await manager.run('inventory', () => 1);
  const bounds = [...(await register.metrics()).matchAll(/lockmeter_hold_duration_seconds_bucket\{le="([^"]+)"/g)];
  expect(bounds.map(([, le]) => le)).toEqual([...BUCKET_BOUNDS_SECONDS.map(String), '+Inf']);
  expect(BUCKET_BOUNDS_SECONDS).toEqual([
    0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]);
});

test('every outcome is there from the start at 0, and each attempt is counted in one of them', async () => {
  const { manager, scrape } = collected();
  const lock = manager.lock('inventory');
  const count = async (outcome: string): Promise<number | undefined> =>
    (await scrape()).get(`lockmeter_acquisitions_total${labelled('inventory', `lock_outcome="${outcome}"`)}`);
  for (const outcome of ['acquired', 'timeout', 'aborted', 'rejected', 'busy', 'error']) {
    expect(await count(outcome)).toBe(0);
  }
  await lock.acquire();
  const controller = new AbortController();
  const attempts = [
    lock.run(() => 1),
    lock.run(() => 1, { timeout: 0 }),
    lock.run(() => 1, { timeout: 1 }),
    lock.run(() => 1, { maxQueue: 0 }),
    lock.run(() => 1, { signal: controller.signal }),
  ];
  const settled = Promise.allSettled(attempts);
  await expect(attempts[2]).rejects.toThrow('not acquired within 1 ms');
  controller.abort();
  expect(lock.tryAcquire()).toBe(false);
  lock.release();
  await settled;
  expect(await count('acquired')).toBe(2);
  expect(await count('busy')).toBe(2);
  for (const outcome of ['timeout', 'aborted', 'rejected']) expect(await count(outcome)).toBe(1);
  expect(await count('error')).toBe(0);
  expect((await scrape()).get(`lockmeter_contended_total${labelled('inventory')}`)).toBe(3);
});

test('what is in progress shows now: held, waiting, ages, and the integrals grow before anything is released', async () => {
  const { manager, scrape } = collected();
  const open = deferred();
  const runs = [
    manager.run('inventory', () => open.promise, { key: 'a' }),
    manager.run('inventory', () => open.promise, { key: 'a' }),
    manager.run('inventory', () => open.promise, { key: 'a' }),
    manager.run('inventory', () => open.promise, { key: 'b' }),
    manager.run('inventory', () => open.promise, { key: 'b' }),
  ];
  const first = await scrape();
  const read = (page: Map<string, number>, name: string): number =>
    page.get(`lockmeter_${name}${labelled('inventory')}`)!;
  expect(read(first, 'locked')).toBe(2);
  expect(read(first, 'queue_depth')).toBe(3);
  expect(read(first, 'queue_depth_max')).toBe(2);
  expect(read(first, 'hold_duration_seconds_count')).toBe(0);
  await turn();
  const second = await scrape();
  const passed = read(second, 'holder_age_seconds') - read(first, 'holder_age_seconds');
  expect(passed).toBeGreaterThan(0);
  expect(read(second, 'held_time_seconds_total') - read(first, 'held_time_seconds_total')).toBeCloseTo(
    2 * passed,
    DIGITS,
  );
  expect(read(second, 'queued_time_seconds_total') - read(first, 'queued_time_seconds_total')).toBeCloseTo(
    3 * passed,
    DIGITS,
  );
  expect(read(second, 'waiter_age_seconds')).toBeGreaterThan(read(first, 'waiter_age_seconds'));
  open.resolve();
  await Promise.all(runs);
  const rest = await scrape();
  for (const name of ['locked', 'queue_depth', 'queue_depth_max', 'holder_age_seconds', 'waiter_age_seconds']) {
    expect(read(rest, name)).toBe(0);
  }
  expect(read(rest, 'hold_duration_seconds_count')).toBe(5);
  expect(read(rest, 'held_time_seconds_total')).toBeCloseTo(read(rest, 'hold_duration_seconds_sum'), DIGITS);
  expect(read(rest, 'queued_time_seconds_total')).toBeCloseTo(read(rest, 'wait_duration_seconds_sum'), DIGITS);
});

test('buckets are cumulative and the last equals the count', async () => {
  const { manager, scrape } = collected();
  for (let i = 0; i < 5; i++) await manager.run('inventory', () => turn());
  const page = await scrape();
  const cells = [...BUCKET_BOUNDS_SECONDS.map(String), '+Inf'].map(
    (le) => page.get(`lockmeter_hold_duration_seconds_bucket${labelled('inventory', `le="${le}"`)}`)!,
  );
  expect(cells).toEqual([...cells].sort((a, b) => a - b));
  expect(cells.at(-1)).toBe(5);
});

test('more names than the limit share the series of _other', async () => {
  const { manager, scrape } = collected();
  for (let i = 0; i < NAME_LIMIT + 50; i++)
    await manager.run(`name-${String.fromCharCode(97 + (i % 26))}${'x'.repeat(i)}`, () => 1);
  const page = await scrape();
  const series = [...page.keys()].filter((key) => key.startsWith('lockmeter_locked{'));
  expect(series).toHaveLength(NAME_LIMIT + 1);
  expect(page.get(`lockmeter_acquisitions_total${labelled('_other', 'lock_outcome="acquired"')}`)).toBe(50);
});

test('all metrics of a page come from one reading', async () => {
  const { manager, scrape } = collected();
  await manager.lock('inventory').acquire();
  const page = await scrape();
  expect(page.get(`lockmeter_held_time_seconds_total${labelled('inventory')}`)).toBe(
    page.get(`lockmeter_holder_age_seconds${labelled('inventory')}`),
  );
});

test('a label is the attribute with its dots as underscores', () => {
  for (const [key, label] of Object.entries(LABELS)) {
    expect(label).toBe(ATTRIBUTES[key as LabelKey].replaceAll('.', '_'));
  }
});

test('an application’s test with fake timers sees what happens, and so does who comes after it', async () => {
  const { manager, scrape } = collected();
  const lock = manager.lock('inventory');
  const locked = async (): Promise<number | undefined> =>
    (await scrape()).get(`lockmeter_locked${labelled('inventory')}`);
  jest.useFakeTimers();
  expect(await locked()).toBe(0);
  lock.tryAcquire();
  expect(await locked()).toBe(1);
  jest.useRealTimers();
  lock.release();
  expect(await locked()).toBe(0);
});

test('seconds of several workers add up to one number, in whatever order they come', async () => {
  const { manager, register } = collected();
  const page = async (seconds: number) => {
    manager.stats.for('inventory').hold.sum = seconds * 1e3;
    return (register as Registry).getMetricsAsJSON();
  };
  const workers = [await page(0.1), await page(0.2), await page(0.3)];
  const added = async (pages: typeof workers): Promise<string> => AggregatorRegistry.aggregate(pages).metrics();
  const once = await added(workers);
  expect(once).toContain('lockmeter_held_time_seconds_total{');
  expect(await added(workers.toReversed())).toBe(once);
});
