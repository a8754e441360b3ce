/**
 * Slow waits and stuck holders: said while they last, for the worst lock of a name, once in ten seconds, at the price of a
 * look at the heads.
 */
import { jest } from '@jest/globals';
import type { LockManager, SlowHold, SlowWait, WatchOptions } from 'lockmeter';
import { clock, installControlledClock } from './support/controlled-clock.js';
import { installControlledTimers, passTime } from './support/pass-time.js';
import { turn } from './support/ticks.js';

installControlledClock();
installControlledTimers();
const interval = jest.spyOn(globalThis, 'setInterval');
const { isolatedLock, isolatedManager } = await import('./support/isolated.js');
const { FakeDriver, heldElsewhere } = await import('./drivers/fake-driver.js');

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  expect(jest.getTimerCount()).toBe(0);
});

/** Watches until the test is over, and writes down what is said. */
function watch(manager: LockManager, limits: Pick<WatchOptions, 'slowWait' | 'slowHold'> = {}) {
  const waits: SlowWait[] = [];
  const holds: SlowHold[] = [];
  const stop = manager.watch({
    onSlowWait: (slow) => waits.push(slow),
    onSlowHold: (slow) => holds.push(slow),
    ...limits,
  });
  stops.push(stop);
  return { waits, holds, stop };
}

test('a wait of a second and a hold of ten, with who holds, for how long, and who waits', async () => {
  const manager = isolatedManager();
  const lock = manager.lock('inventory', 'sku-1');
  const { waits, holds } = watch(manager);
  await lock.acquire({ label: 'POST /checkout' });
  passTime(200);
  for (const label of ['GET /a', 'GET /b', undefined]) void lock.acquire({ label });
  passTime(900);
  expect(waits).toEqual([]);
  passTime(500);
  const situation = {
    lock: 'inventory',
    key: 'sku-1',
    backend: 'memory',
    queueDepth: 3,
    holderLabel: 'POST /checkout',
  };
  expect(waits).toEqual([{ ...situation, holderAge: 1_500, waited: 1_300, waiterLabel: 'GET /a' }]);
  expect(holds).toEqual([]);
  passTime(8_400);
  expect(holds).toEqual([{ ...situation, holderAge: 10_000 }]);
  expect([waits[0], holds[0]].map(Object.isFrozen)).toEqual([true, true]);
});

test('a wait for a lock that another process holds, with what the engine said of it; a hold elsewhere is theirs to say', async () => {
  const driver = new FakeDriver('redis');
  const manager = isolatedManager({ driver });
  const { waits, holds } = watch(manager);
  void manager.lock('inventory', 'sku-1').acquire({ label: 'GET /a' });
  driver.latest.queue({ ahead: 2, holder: heldElsewhere({ age: 60_000 }) });
  passTime(1_000);
  expect(waits).toEqual([
    {
      lock: 'inventory',
      key: 'sku-1',
      backend: 'redis',
      queueDepth: 1,
      ahead: 2,
      holderLabel: 'POST /checkout',
      holderProcess: 'api-2:4242',
      holderAge: 61_000,
      engineError: undefined,
      waited: 1_000,
      waiterLabel: 'GET /a',
    },
  ]);
  passTime(60_000);
  expect(holds).toEqual([]);
});

test('a wait that the engine does not answer says why', async () => {
  const driver = new FakeDriver('redis');
  const manager = isolatedManager({ driver });
  const { waits } = watch(manager);
  void manager.lock('inventory').acquire();
  const error = new Error('ECONNREFUSED');
  driver.healthNow = { state: 'degraded', since: 0, error };
  passTime(1_000);
  expect(waits).toEqual([expect.objectContaining({ engineError: error, holderLabel: undefined, holderAge: 0 })]);
});

test('lost leases are said at once, and not to who has stopped', async () => {
  const driver = new FakeDriver('redis');
  const manager = isolatedManager({ driver });
  const lost: unknown[] = [];
  const stop = manager.watch({ onLeaseLost: ({ lock, key, reason, held }) => lost.push([lock, key, reason, held]) });
  for (const key of ['a', 'b']) {
    const taking = manager.lock('inventory', key).acquire();
    const grant = driver.latest.grant();
    await taking;
    passTime(7_000);
    grant.lose({ cause: 'taken' });
    stop();
  }
  expect(lost).toEqual([['inventory', 'a', 'taken', 7_000]]);
});

test('nothing is said of what is not slow', async () => {
  const { manager, lock } = isolatedLock();
  const { waits, holds } = watch(manager);
  for (let i = 0; i < 30; i++) {
    await lock.acquire();
    const next = lock.acquire();
    passTime(500);
    lock.release();
    await next;
    passTime(400);
    lock.release();
  }
  expect([waits, holds]).toEqual([[], []]);
});

test('once in ten seconds while it lasts, and again of a new one after that', async () => {
  const { manager, lock } = isolatedLock();
  const { waits, holds } = watch(manager);
  await lock.acquire();
  void lock.acquire();
  passTime(25_000);
  expect(waits.map(({ waited }) => waited)).toEqual([1_000, 11_000, 21_000]);
  expect(holds.map(({ holderAge }) => holderAge)).toEqual([10_000, 20_000]);
  lock.release();
  lock.release();
  expect(lock.locked()).toBe(false);
  passTime(20_000);
  expect([waits.length, holds.length]).toEqual([3, 2]);
  await lock.acquire();
  void lock.acquire();
  passTime(1_000);
  expect(waits.at(-1)!.waited).toBe(1_000);
  expect(waits).toHaveLength(4);
});

test('the limit is the name’s: of many stuck keys the worst is said; another name is said beside it', async () => {
  const manager = isolatedManager();
  const { waits, holds } = watch(manager, { slowWait: 1_000, slowHold: 1_200 });
  for (const key of ['young', 'old', 'younger']) {
    const lock = manager.lock('inventory', key);
    await lock.acquire({ label: key });
    if (key === 'young') continue;
    void lock.acquire();
    passTime(100);
  }
  await manager.lock('payments').acquire({ label: 'payer' });
  passTime(1_900);
  expect(waits.map(({ lock, key, holderLabel }) => [lock, key, holderLabel])).toEqual([['inventory', 'old', 'old']]);
  expect(holds.map(({ lock, key }) => [lock, key])).toEqual([
    ['inventory', 'young'],
    ['payments', undefined],
  ]);
});

test('the wait that is said is the oldest, whoever holds meanwhile', async () => {
  const { manager, lock } = isolatedLock();
  const { waits } = watch(manager);
  await lock.acquire();
  void lock.acquire({ label: 'second' });
  passTime(600);
  void lock.acquire();
  lock.release();
  passTime(1_400);
  expect(waits).toEqual([expect.objectContaining({ holderLabel: 'second', holderAge: 1_400, waited: 1_400 })]);
});

test('each who watches is told, by limits of its own', async () => {
  const { manager, lock } = isolatedLock();
  const strict = watch(manager, { slowHold: 20 });
  const patient = watch(manager, { slowHold: Number.POSITIVE_INFINITY });
  await lock.acquire();
  passTime(60_000);
  expect(strict.holds[0]!.holderAge).toBe(20);
  expect(patient.holds).toEqual([]);
});

test.each([
  [{ slowWait: 1_000, slowHold: 10_000 }, 500],
  [{ slowWait: 200, slowHold: 100 }, 50],
  [{ slowWait: 0 }, 10],
  [{ slowWait: 60_000, slowHold: 60_000 }, 500],
])('looks at a pace that fits %p: every %i ms', (limits, every) => {
  interval.mockClear();
  watch(isolatedManager(), limits);
  expect(interval.mock.calls.map(([, ms]) => ms)).toEqual([every]);
});

test('says nothing after it was stopped', async () => {
  const { manager, lock } = isolatedLock();
  const { waits, holds, stop } = watch(manager);
  stop();
  await lock.acquire();
  void lock.acquire();
  passTime(20_000);
  expect([waits, holds]).toEqual([[], []]);
});

test('it watches the locks that share the manager’s numbers, and no others', async () => {
  const [one, other] = [isolatedLock(), isolatedLock()];
  const { holds } = watch(one.manager);
  await other.lock.acquire();
  passTime(20_000);
  expect(holds).toEqual([]);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('boom');
    },
  ],
  ['rejects', () => Promise.reject(new Error('boom'))],
])('a function that %s is counted, changes nothing, and the others are told', async (_how, boom) => {
  const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { manager, lock } = isolatedLock();
  stops.push(manager.watch({ onSlowWait: boom as () => void, onSlowHold: boom as () => void, slowHold: 1_000 }));
  const { waits } = watch(manager);
  await lock.acquire();
  const next = lock.acquire();
  passTime(1_000);
  await turn();
  expect([manager.snapshot().observerErrors, waits.length, lock.queueDepth]).toEqual([2, 1, 1]);
  lock.release();
  await expect(next).resolves.toBe(true);
  expect(warnings).toHaveBeenCalledTimes(1);
  warnings.mockRestore();
});

test('a look at a lock with a hundred thousand waiters sees the first', async () => {
  const { manager, lock } = isolatedLock();
  await lock.acquire();
  for (let i = 0; i < 100_000; i++) void lock.acquire();
  let seen = 0;
  const { waiters } = lock;
  Object.assign(lock, {
    *waiters() {
      for (const waiter of waiters.call(lock)) {
        seen++;
        yield waiter;
      }
    },
  });
  const { waits } = watch(manager);
  clock.time += 5_000;
  passTime(500);
  expect([waits.map(({ queueDepth }) => queueDepth), seen]).toEqual([[100_000], 1]);
});

describe('bad options are refused by name, and nothing is watched', () => {
  const bad = (value: unknown): never => value as never;

  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'options must be an object, got null'],
    [{}, TypeError, 'onSlowWait, onSlowHold, onDeadlock or onLeaseLost must be given'],
    [{ slowWait: 5 }, TypeError, 'onSlowWait, onSlowHold, onDeadlock or onLeaseLost must be given'],
    [{ onSlowWait: 'log' }, TypeError, 'onSlowWait must be a function, got "log"'],
    [{ onSlowHold: null }, TypeError, 'onSlowHold must be a function, got null'],
    [{ onSlowWait() {}, slowWait: '1s' }, TypeError, 'slowWait must be a number of milliseconds, got "1s"'],
    [{ onSlowWait() {}, slowWait: -1 }, RangeError, 'slowWait must be from 0 to 2147483647 ms, or Infinity, got -1'],
    [
      { onSlowHold() {}, slowHold: Number.NaN },
      RangeError,
      'slowHold must be from 0 to 2147483647 ms, or Infinity, got NaN',
    ],
  ])('%p', (options, type, message) => {
    expect(() => isolatedManager().watch(bad(options))).toThrow(new type(message));
    expect(jest.getTimerCount()).toBe(0);
  });
});
