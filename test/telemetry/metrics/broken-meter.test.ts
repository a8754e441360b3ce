/**
 * A meter that misbehaves: the locks work as without it, what it throws is counted, and it runs in no lock's call.
 */
import { jest } from '@jest/globals';
import { type Meter, type MeterProvider, ROOT_CONTEXT } from '@opentelemetry/api';
import { instrumentLocks } from 'lockmeter/opentelemetry';
import { CHUNK } from '../../../src/telemetry/metrics/observation-queue.js';
import { isolatedManager } from '../../support/isolated.js';
import { startMeter } from '../../support/meters.js';
import { ticks } from '../../support/ticks.js';

beforeEach(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});

/** A provider whose meter does everything, except what `broken` does in its place. */
const misbehaving = (broken: (meter: Meter) => Partial<Meter>) => {
  const { provider, collect } = startMeter();
  const getMeter = (name: string): Meter => {
    const meter = provider.getMeter(name);
    return new Proxy(meter, {
      get: (target, of) => Reflect.get({ ...broken(meter) }, of) ?? Reflect.get(target, of),
    });
  };
  return { provider: { getMeter } as MeterProvider, collect };
};
const fails = (): never => {
  throw new Error('meter');
};

test.each<[string, (meter: Meter) => Partial<Meter>]>([
  ['createHistogram', () => ({ createHistogram: fails })],
  ['createObservableGauge', () => ({ createObservableGauge: fails })],
  ['addBatchObservableCallback', () => ({ addBatchObservableCallback: fails })],
])('%s throws: the lock works, the error is counted once, and stopping is no error', async (_name, broken) => {
  const manager = isolatedManager();
  const stop = instrumentLocks({ manager, meterProvider: misbehaving(broken).provider });
  expect(await manager.run('inventory', () => 1)).toBe(1);
  expect(manager.snapshot().observerErrors).toBe(1);
  stop();
});

test('removeBatchObservableCallback throws: it is counted, and whoever stops hears nothing', async () => {
  const manager = isolatedManager();
  const { provider } = misbehaving(() => ({ removeBatchObservableCallback: fails }));
  instrumentLocks({ manager, meterProvider: provider })();
  await ticks(1);
  expect(manager.snapshot().observerErrors).toBe(1);
});

test('record() throws: each observation is counted as an error, none is retried', async () => {
  const manager = isolatedManager();
  const { provider, collect } = misbehaving(() => ({ createHistogram: () => ({ record: fails }) }));
  instrumentLocks({ manager, meterProvider: provider });
  expect(await manager.run('inventory', () => 1)).toBe(1);
  expect(manager.snapshot().observerErrors).toBe(0);
  await collect();
  await collect();
  expect(manager.snapshot().observerErrors).toBe(2);
  expect(manager.lock('inventory').locked()).toBe(false);
});

test('record() runs in no call of a lock and in no context, however many observations there are', async () => {
  const manager = isolatedManager();
  const contexts = new Set<unknown>();
  const { provider } = misbehaving(() => ({
    createHistogram: () => ({ record: (_value, _attributes, context) => void contexts.add(context) }),
  }));
  instrumentLocks({ manager, meterProvider: provider });
  const lock = manager.lock('inventory');
  for (let i = 0; i < CHUNK; i++) if (lock.tryAcquire()) lock.release();
  expect(contexts.size).toBe(0);
  await ticks(1);
  expect([...contexts]).toEqual([ROOT_CONTEXT]);
});

test('record() that uses the locks neither holds them up nor comes back for ever', async () => {
  const manager = isolatedManager();
  let records = 0;
  const { provider, collect } = misbehaving(() => ({
    createHistogram: () => ({
      record: () => {
        records++;
        const lock = manager.lock('inventory');
        if (lock.tryAcquire()) lock.release();
      },
    }),
  }));
  instrumentLocks({ manager, meterProvider: provider });
  await manager.run('inventory', () => 1);
  await collect();
  expect(records).toBe(2);
  await collect();
  expect(records).toBe(6);
  expect(manager.snapshot().observerErrors).toBe(0);
});
