/**
 * Bad input: a TypeError or RangeError that names the option and the value, before anything is counted or changed.
 */
import { Lock, LockManager, withLock } from 'lockmeter';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { Registry } from 'prom-client';
import { checkTimeout } from '../src/options.js';
import { isolatedManager } from './support/isolated.js';

const bad = (value: unknown): never => value as never;

const TIMEOUTS: [unknown, ErrorConstructor, string][] = [
  [Number.NaN, RangeError, 'timeout must be from 0 to 2147483647 ms, or Infinity, got NaN'],
  [-1, RangeError, 'timeout must be from 0 to 2147483647 ms, or Infinity, got -1'],
  [Number.NEGATIVE_INFINITY, RangeError, 'timeout must be from 0 to 2147483647 ms, or Infinity, got -Infinity'],
  [2_147_483_648, RangeError, 'timeout must be from 0 to 2147483647 ms, or Infinity, got 2147483648'],
  ['100', TypeError, 'timeout must be a number of milliseconds, got "100"'],
  [null, TypeError, 'timeout must be a number of milliseconds, got null'],
  [100n, TypeError, 'timeout must be a number of milliseconds, got 100'],
  [{}, TypeError, 'timeout must be a number of milliseconds, got [object Object]'],
];

const MAX_QUEUES: [unknown, ErrorConstructor, string][] = [
  [-1, RangeError, 'maxQueue must be a whole number from 0, or Infinity, got -1'],
  [1.5, RangeError, 'maxQueue must be a whole number from 0, or Infinity, got 1.5'],
  [Number.NaN, RangeError, 'maxQueue must be a whole number from 0, or Infinity, got NaN'],
  ['5', TypeError, 'maxQueue must be a number, got "5"'],
  [null, TypeError, 'maxQueue must be a number, got null'],
];

const NAMES: [unknown, ErrorConstructor, string][] = [
  ['', TypeError, 'name must not be empty'],
  [undefined, TypeError, 'name must be a string, got undefined'],
  [null, TypeError, 'name must be a string, got null'],
  [7, TypeError, 'name must be a string, got 7'],
  [{}, TypeError, 'name must be a string, got [object Object]'],
  [Symbol('x'), TypeError, 'name must be a string, got Symbol(x)'],
];

const KEYS: [unknown, ErrorConstructor, string][] = [
  [undefined, TypeError, 'key must be a string or a finite number, got undefined'],
  [null, TypeError, 'key must be a string or a finite number, got null'],
  [Number.NaN, TypeError, 'key must be a string or a finite number, got NaN'],
  [Number.POSITIVE_INFINITY, TypeError, 'key must be a string or a finite number, got Infinity'],
  [{}, TypeError, 'key must be a string or a finite number, got [object Object]'],
  [['a'], TypeError, 'key must be a string or a finite number, got [object Array]'],
  [true, TypeError, 'key must be a string or a finite number, got true'],
];

const ATTEMPTS: [string, unknown, ErrorConstructor, string][] = [
  ...TIMEOUTS.map(([value, type, message]): [string, unknown, ErrorConstructor, string] => [
    'timeout',
    { timeout: value },
    type,
    message,
  ]),
  ...MAX_QUEUES.map(([value, type, message]): [string, unknown, ErrorConstructor, string] => [
    'maxQueue',
    { maxQueue: value },
    type,
    message,
  ]),
  ['signal', { signal: 'x' }, TypeError, 'signal must be an AbortSignal, got "x"'],
  ['signal', { signal: null }, TypeError, 'signal must be an AbortSignal, got null'],
  [
    'signal',
    { signal: new AbortController() },
    TypeError,
    'signal must be an AbortSignal, got [object AbortController]',
  ],
  ['label', { label: 7 }, TypeError, 'label must be a string, got 7'],
  ['options', null, TypeError, 'options must be an object, got null'],
  ['options', 250, TypeError, 'options must be an object, got 250'],
];

describe('an attempt', () => {
  test.each(ATTEMPTS)('bad %s %p', async (_option, options, type, message) => {
    const manager = isolatedManager();
    const lock = manager.lock('inventory');
    let ran = 0;
    for (const held of [false, true]) {
      if (held) lock.tryAcquire();
      const before = JSON.stringify(manager.snapshot().locks[0]!.outcomes);
      await expect(lock.run(() => ran++, bad(options))).rejects.toThrow(new type(message));
      await expect(lock.acquire(bad(options))).rejects.toThrow(new type(message));
      await expect(lock.hold(bad(options))).rejects.toThrow(new type(message));
      expect(() => lock.wrap(() => 1, bad(options))).toThrow(new type(message));
      expect(JSON.stringify(manager.snapshot().locks[0]!.outcomes)).toBe(before);
      expect([lock.locked(), lock.queueDepth, ran]).toEqual([held, 0, 0]);
    }
  });

  test.each([undefined, null, 'fn', {}, 7])('a body of %p', async (body) => {
    const manager = isolatedManager();
    const lock = manager.lock('inventory');
    const message = /^fn must be a function, got /;
    await expect(lock.run(bad(body))).rejects.toThrow(message);
    await expect(manager.run('inventory', bad(body))).rejects.toThrow(message);
    await expect(new Lock('bare').run(bad(body))).rejects.toThrow(TypeError);
    expect(() => lock.wrap(bad(body))).toThrow(message);
    expect(manager.snapshot().locks[0]).toMatchObject({ held: 0, wait: { count: 0 } });
  });
});

describe('a lock and a manager', () => {
  test.each(NAMES)('name %p', async (name, type, message) => {
    const manager = isolatedManager();
    expect(() => new Lock(bad(name))).toThrow(new type(message));
    expect(() => manager.lock(bad(name))).toThrow(new type(message));
    await expect(manager.run(bad(name), () => 1)).rejects.toThrow(new type(message));
    expect(manager.snapshot().locks).toEqual([]);
  });

  test.each(MAX_QUEUES)('maxQueue %p', (maxQueue, type, message) => {
    expect(() => new Lock('x', { maxQueue: bad(maxQueue) })).toThrow(new type(message));
    expect(() => new LockManager({ maxQueue: bad(maxQueue) })).toThrow(new type(message));
  });

  test.each(TIMEOUTS)('timeout %p', (timeout, type, message) => {
    expect(() => new LockManager({ timeout: bad(timeout) })).toThrow(new type(message));
  });

  test.each(KEYS)('key %p', async (key, type, message) => {
    const manager = isolatedManager();
    manager.lock('inventory');
    expect(() => manager.lock('inventory', bad(key))).toThrow(new type(message));
    await expect(manager.run('inventory', () => 1, { key: bad(key) })).rejects.toThrow(new type(message));
    expect(manager.snapshot().locks[0]).toMatchObject({ held: 0, wait: { count: 0 } });
  });

  test('a bad key does not make a new name known', () => {
    const manager = isolatedManager();
    expect(() => manager.lock('inventory', bad(undefined))).toThrow(TypeError);
    expect(manager.snapshot().locks).toEqual([]);
  });

  test('bad options of a run do not make a new name known', async () => {
    const manager = isolatedManager();
    await expect(manager.run('inventory', () => 1, { timeout: Number.NaN })).rejects.toThrow(RangeError);
    expect(manager.snapshot().locks).toEqual([]);
  });

  test.each([null, 7, 'x'])('options %p are refused by name', (options) => {
    expect(() => new LockManager(bad(options))).toThrow(/^options must be an object, got /);
    expect(() => new Lock('x', bad(options))).toThrow(/^options must be an object, got /);
  });

  test.each([{}, 'x'])('stats %p are refused by name', (stats) => {
    expect(() => new LockManager({ stats: bad(stats) })).toThrow(/^stats must be /);
  });

  test.each([undefined, null, {}, () => true])('observer %p is refused by name', (observer) => {
    expect(() => isolatedManager().observe(bad(observer))).toThrow(/^observer must be /);
  });
});

describe.each([{}, null, 'x'])('%p', (value) => {
  const isNo = (option: string, kind: string): RegExp => new RegExp(`^${option} must be a ${kind}, got `);

  test('is no manager for withLock()', () => {
    const wrap = () => withLock('inventory', () => 1, { manager: bad(value) });
    expect(wrap).toThrow(TypeError);
    expect(wrap).toThrow(isNo('manager', 'LockManager'));
  });

  test('is no manager and no registry for collectLockMetrics(), and nothing is registered', () => {
    const register = new Registry();
    const manager = () => collectLockMetrics({ manager: bad(value), register });
    expect(manager).toThrow(TypeError);
    expect(manager).toThrow(isNo('manager', 'LockManager'));
    expect(register.getMetricsAsArray()).toEqual([]);
    const registry = () => collectLockMetrics({ register: bad(value), manager: isolatedManager() });
    expect(registry).toThrow(TypeError);
    expect(registry).toThrow(/^register must be a Registry of prom-client or @prometheus-io\/client, got /);
  });
});

test('what is allowed at the edges', async () => {
  const lock = isolatedManager().lock('inventory');
  for (const timeout of [0, -0, 0.5, 2_147_483_647, Number.POSITIVE_INFINITY]) {
    expect(() => checkTimeout(timeout)).not.toThrow();
    await expect(lock.run(() => timeout, { timeout, maxQueue: 0, label: '', signal: undefined })).resolves.toBe(
      timeout,
    );
  }
});

test('a check that is used for another option names that one', () => {
  expect(() => checkTimeout(-1, 'disconnectGrace')).toThrow(/^disconnectGrace must be/);
});
