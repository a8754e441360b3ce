/**
 * A registry that fails, at any moment: the locks do not notice, and when it is whole again the figures are right.
 */
import { collectLockMetrics } from 'lockmeter/prometheus';
import { Gauge, Registry } from 'prom-client';
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';
import { lockRegistry } from '../support/lock-page.js';
import { exercise, HEALTHY } from '../support/watched.js';

const boom = (): never => {
  throw new Error('boom');
};

/** A manager's registry on which another metric, ahead of or behind those of the locks, cannot be read. */
function withBroken(collect: () => void | Promise<void>) {
  const manager = isolatedManager();
  const { register, scrape } = lockRegistry(manager);
  new Gauge({ name: 'stranger', help: 'Breaks', registers: [register], collect });
  return { manager, register, scrape };
}

test.each<[string, () => void | Promise<void>]>([
  ['at once', boom],
  ['later', async () => boom()],
])('a scrape that throws midway, %s, changes nothing, and the next one is right', async (_when, collect) => {
  const { manager, register, scrape } = withBroken(collect);
  const lock = manager.lock('inventory');
  const open = deferred();
  const holding = lock.run(() => open.promise);
  const waiting = lock.run(() => 'in turn');
  await expect(scrape()).rejects.toThrow('boom');
  expect(String(lock)).toBe('Lock(inventory) [locked, waiters:1]');
  open.resolve();
  await expect(waiting).resolves.toBe('in turn');
  await holding;
  await expect(scrape()).rejects.toThrow('boom');

  register.removeSingleMetric('stranger');
  const page = await scrape();
  expect(page('acquisitions_total', { lock_outcome: 'acquired' })).toBe(2);
  expect([page('locked'), page('queue_depth'), page('hold_duration_seconds_count')]).toEqual([0, 0, 2]);
});

test('a lock that is used while scrapes throw does what it always does', async () => {
  const { manager, register, scrape } = withBroken(boom);
  const lock = manager.lock('inventory');
  const scrapes = Array.from({ length: 20 }, () => scrape());
  await expect(exercise(lock)).resolves.toEqual(HEALTHY);
  const results = await Promise.allSettled(scrapes);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
  register.removeSingleMetric('stranger');
  const page = await scrape();
  expect(page('acquisitions_total', { lock_outcome: 'acquired' })).toBe(5);
  expect(page('wait_duration_seconds_count')).toBe(10);
});

describe('a registry that does not take a metric', () => {
  /** Takes `accepted` metrics and then throws, until it is repaired. */
  class Full extends Registry {
    accepted = 5;
    override registerMetric(...args: Parameters<Registry['registerMetric']>): void {
      if (this.accepted-- === 0) boom();
      super.registerMetric(...args);
    }
  }

  test('says so to whoever sets it up, and to no lock', async () => {
    const manager = isolatedManager();
    const register = new Full();
    expect(() => collectLockMetrics({ manager, register })).toThrow('boom');
    await expect(exercise(manager.lock('inventory'))).resolves.toEqual(HEALTHY);
  });

  test('has all of them, once, when it is tried again', async () => {
    const manager = isolatedManager();
    const [full, whole] = [new Full(), new Registry()];
    expect(() => collectLockMetrics({ manager, register: full })).toThrow('boom');
    collectLockMetrics({ manager, register: full });
    collectLockMetrics({ manager, register: whole });
    const names = (registry: Registry): string[] => registry.getMetricsAsArray().map(({ name }) => name);
    expect(names(full)).toEqual(names(whole));
    await manager.run('inventory', () => 1);
    expect((await full.metrics()).includes('lockmeter_hold_duration_seconds_count{')).toBe(true);
  });
});
