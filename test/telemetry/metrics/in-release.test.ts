/**
 * In the middle of a release a hold is counted and its lock is not free yet: whoever looked then would see the time of that
 * hold twice. A meter provider may be noticed there, so nothing is looked at; and no observer is called there, so that a
 * reader who collects in one sees a moment that was.
 */
import { metrics } from '@opentelemetry/api';
import type { LockManager } from 'lockmeter';
import { clock, installControlledClock } from '../../support/controlled-clock.js';
import { sum } from '../../support/sum.js';

installControlledClock();
const { instrumentLocks, metricProducer } = await import('lockmeter/opentelemetry');
const { isolatedLock, numbersOf } = await import('../../support/isolated.js');
const { startMeter } = await import('../../support/meters.js');

test('the time held is counted once', async () => {
  const { manager, lock } = isolatedLock();
  const stop = instrumentLocks({ manager });
  await lock.acquire();
  clock.time += 100;
  const { provider, collect } = startMeter();
  metrics.setGlobalMeterProvider(provider);
  lock.release();
  await undefined;
  const seen = await collect();
  expect(seen.get('lockmeter.held.time')!.dataPoints[0]!.value).toBe(0.1);
  expect(seen.get('lockmeter.hold.duration')!.dataPoints[0]!.value).toMatchObject({ count: 1, sum: 0.1 });
  expect(numbersOf(manager).heldTimeSeconds).toBe(0.1);
  stop();
  metrics.disable();
});

test('what an observer collects while a lock goes from one to the next adds up', async () => {
  const { manager, lock } = isolatedLock();
  const seen: Promise<unknown>[] = [];
  const look = (when: string) => (): void => {
    seen.push(figures(manager).then((figure) => [when, figure]));
  };
  manager.observe({
    wants: () => true,
    attempt: () => ({ granted: look('granted'), released: look('released'), failed: look('failed') }),
  });
  const first = await lock.hold();
  const second = lock.hold();
  clock.time += 100;
  void lock.run(() => 1, { timeout: 0 }).catch(() => 'busy');
  await first.release();
  clock.time += 50;
  await (await second).release();
  expect(await Promise.all(seen)).toEqual([
    ['granted', { locked: 1, depth: 0, held: 0, ended: 0, age: 0, queued: 0, waited: 0, attempts: 1 }],
    ['failed', { locked: 1, depth: 1, held: 0.1, ended: 0, age: 0.1, queued: 0.1, waited: 0, attempts: 2 }],
    ['released', { locked: 1, depth: 0, held: 0.1, ended: 0.1, age: 0, queued: 0.1, waited: 0.1, attempts: 3 }],
    ['granted', { locked: 1, depth: 0, held: 0.1, ended: 0.1, age: 0, queued: 0.1, waited: 0.1, attempts: 3 }],
    ['released', { locked: 0, depth: 0, held: 0.15, ended: 0.15, age: 0, queued: 0.1, waited: 0.1, attempts: 3 }],
  ]);
});

/** What a producer says now, of one lock. */
async function figures(manager: LockManager) {
  const { resourceMetrics } = await metricProducer({ manager }).collect();
  const values = new Map(
    resourceMetrics.scopeMetrics[0]!.metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      sum(dataPoints.map(({ value }) => (typeof value === 'number' ? value : value.sum))),
    ]),
  );
  const read = (name: string): number => values.get(`lockmeter.${name}`)!;
  return {
    locked: read('locked'),
    depth: read('queue.depth'),
    held: read('held.time'),
    ended: read('hold.duration'),
    age: read('holder.age'),
    queued: read('queued.time'),
    waited: read('wait.duration'),
    attempts: read('acquisitions'),
  };
}
