/**
 * Which meter provider is used is the application's business and its own time: registered late, replaced, or never.
 */
import { jest } from '@jest/globals';
import { type Meter, metrics } from '@opentelemetry/api';
import { instrumentLocks } from 'lockmeter/opentelemetry';
import { isolatedLock, isolatedManager } from '../../support/isolated.js';
import { countOf, startMeter, type TestMeter } from '../../support/meters.js';
import { ticks } from '../../support/ticks.js';

let stop = (): void => {};

afterEach(() => {
  stop();
  metrics.disable();
  jest.useRealTimers();
});

function register(): TestMeter {
  const meter = startMeter();
  metrics.disable();
  metrics.setGlobalMeterProvider(meter.provider);
  return meter;
}

const waits = async ({ collect }: TestMeter): Promise<number> =>
  countOf((await collect()).get('lockmeter.wait.duration'));

test('registered before: attached at once', async () => {
  const manager = isolatedManager();
  const meter = register();
  stop = instrumentLocks({ manager });
  await manager.run('inventory', () => 1);
  expect(await waits(meter)).toBe(1);
});

test('registered afterwards: counters from the start, histograms from the very next observation', async () => {
  const manager = isolatedManager();
  stop = instrumentLocks({ manager });
  await manager.run('inventory', () => 1);
  const meter = register();
  await manager.run('inventory', () => 1);
  expect(await waits(meter)).toBe(1);
  const seen = await meter.collect();
  expect(countOf(seen.get('lockmeter.hold.duration'))).toBe(1);
  expect(Math.max(...seen.get('lockmeter.acquisitions')!.dataPoints.map(({ value }) => value as number))).toBe(2);
});

test('registered afterwards: noticed in a lock’s call, but nothing of the SDK runs there', async () => {
  const { manager, lock } = isolatedLock();
  stop = instrumentLocks({ manager });
  await lock.acquire();
  const { provider } = startMeter();
  let meters = 0;
  const getMeter = (name: string): Meter => {
    meters++;
    return provider.getMeter(name);
  };
  metrics.setGlobalMeterProvider({ getMeter });
  lock.release();
  expect(meters).toBe(0);
  await ticks(1);
  expect(meters).toBe(1);
});

test('replaced: noticed in a lock’s call, but nothing of the one that goes runs there either', async () => {
  const { manager, lock } = isolatedLock();
  const { provider, collect } = startMeter();
  const calls: string[] = [];
  const getMeter = (name: string): Meter =>
    new Proxy(provider.getMeter(name), {
      get: (meter, of) => {
        calls.push(String(of));
        return Reflect.get(meter, of);
      },
    });
  metrics.setGlobalMeterProvider({ getMeter });
  stop = instrumentLocks({ manager });
  await lock.acquire();
  const second = register();
  calls.length = 0;
  lock.release();
  expect(calls).toEqual([]);
  await ticks(1);
  expect(calls).toContain('removeBatchObservableCallback');
  const holds = async (meter: Pick<TestMeter, 'collect'>) =>
    countOf((await meter.collect()).get('lockmeter.hold.duration'));
  expect([await waits({ provider, collect }), await holds({ collect }), await holds(second)]).toEqual([1, 0, 1]);
});

test('registered afterwards, seen through a name that is new', async () => {
  const manager = isolatedManager();
  stop = instrumentLocks({ manager, histograms: 'off' });
  const meter = register();
  manager.lock('inventory');
  await ticks(1);
  expect((await meter.collect()).get('lockmeter.locked')!.dataPoints).toHaveLength(1);
});

test('another one registered in its place gets what follows, and the first nothing more', async () => {
  const manager = isolatedManager();
  const first = register();
  stop = instrumentLocks({ manager });
  await manager.run('inventory', () => 1);
  await first.collect();
  await first.provider.shutdown();
  const second = register();
  for (let i = 0; i < 3; i++) await manager.run('inventory', () => 1);
  expect(await waits(second)).toBe(3);
});

test('what was gathered for the one that goes is still recorded there', async () => {
  const manager = isolatedManager();
  const first = register();
  stop = instrumentLocks({ manager });
  await manager.run('inventory', () => 1);
  const second = register();
  await manager.run('inventory', () => 1);
  expect([await waits(first), await waits(second)]).toEqual([1, 1]);
});

test('none registered any more, and one again', async () => {
  const manager = isolatedManager();
  register();
  stop = instrumentLocks({ manager });
  metrics.disable();
  await manager.run('inventory', () => 1);
  const again = register();
  await manager.run('inventory', () => 1);
  expect(await waits(again)).toBe(1);
});

test('the registered one is the one that was given by hand: each observation is recorded once', async () => {
  const manager = isolatedManager();
  const meter = register();
  const stops = [instrumentLocks({ manager, meterProvider: meter.provider }), instrumentLocks({ manager })];
  await manager.run('inventory', () => 1);
  expect(await waits(meter)).toBe(1);
  stops[0]!();
  await manager.run('inventory', () => 1);
  expect(await waits(meter)).toBe(2);
  stops[1]!();
  await manager.run('inventory', () => 1);
  expect(await waits(meter)).toBe(2);
});

test('one registered by an older copy of the API cannot be used: said once, and the locks work', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const manager = isolatedManager();
  register();
  const registered = (globalThis as Record<symbol, { version: string }>)[Symbol.for('opentelemetry.js.api.1')]!;
  const { version } = registered;
  registered.version = '1.0.0';
  try {
    stop = instrumentLocks({ manager });
    for (let i = 0; i < 3; i++) await manager.run('inventory', () => 1);
    expect(manager.snapshot().observerErrors).toBe(1);
    expect(String(warned.mock.calls[0]![0])).toContain('older @opentelemetry/api');
  } finally {
    registered.version = version;
    warned.mockRestore();
  }
});

test('the registered one has the metrics of another manager: that is an error, and nothing is left behind', async () => {
  const manager = isolatedManager();
  const { onGrowth, attached } = manager.stats;
  const before = [onGrowth.size, attached.size];
  register();
  stop = instrumentLocks({ manager: isolatedManager() });
  expect(() => instrumentLocks({ manager })).toThrow(
    'The meter provider has the metrics of another lock manager already',
  );
  await manager.run('inventory', () => 1);
  expect(manager.stats.for('inventory').wait.tap).toBeUndefined();
  expect([onGrowth.size, attached.size]).toEqual(before);
  stop();
  stop = instrumentLocks({ manager });
});

test('with no SDK an observation leaves nothing behind, and stopping leaves nothing on the histograms', async () => {
  const manager = isolatedManager();
  const { onGrowth, attached } = manager.stats;
  const before = [onGrowth.size, attached.size];
  stop = instrumentLocks({ manager });
  for (let i = 0; i < 100; i++) await manager.run('inventory', () => 1);
  expect(manager.snapshot().observerErrors).toBe(0);
  stop();
  const { wait, hold } = manager.stats.for('inventory');
  expect([wait.tap, hold.tap]).toEqual([undefined, undefined]);
  expect([onGrowth.size, attached.size]).toEqual(before);
});
