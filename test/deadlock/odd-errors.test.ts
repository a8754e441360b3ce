/**
 * Whatever an application did to `Error`, a lock is a lock: who is looked at still gets its turn, and only what is said of a
 * deadlock may have less in it.
 */
import { deferred } from '../support/deferred.js';
import { isolatedManager } from '../support/isolated.js';

const own = Object.getOwnPropertyDescriptors(Error);

function define(name: 'stackTraceLimit' | 'prepareStackTrace', descriptor: PropertyDescriptor): void {
  Object.defineProperty(Error, name, { ...descriptor, configurable: true });
}

function restore(name: 'stackTraceLimit' | 'prepareStackTrace'): void {
  if (own[name] === undefined) Reflect.deleteProperty(Error, name);
  else Object.defineProperty(Error, name, own[name]);
}

afterEach(() => {
  restore('stackTraceLimit');
  restore('prepareStackTrace');
});

const oddities: Record<string, () => void> = {
  'frozen, as by hardened JavaScript': () => {
    define('stackTraceLimit', { value: 10, writable: false });
    define('prepareStackTrace', { value: undefined, writable: false });
  },
  'without stacks': () => {
    Error.stackTraceLimit = 0;
  },
  'with stacks that are not text': () => {
    Error.prepareStackTrace = (_error, sites) => sites;
  },
  'with stacks that cannot be read': () => {
    Error.prepareStackTrace = () => {
      throw new TypeError('no stack');
    };
  },
};

describe.each(Object.keys(oddities))('Error %s', (oddity) => {
  test.each(['report', 'throw'] as const)('%s: the deadlock is said, and the lock goes on', async (deadlocks) => {
    const manager = isolatedManager({ deadlocks });
    const again = () => manager.run('a', () => 'in', { timeout: 50 });
    oddities[oddity]!();
    const code = await manager.run('a', again).catch((error) => error.code);
    const usable = await manager.run('a', () => 'usable', { timeout: 50 });
    restore('prepareStackTrace');
    expect(['ERR_LOCK_TIMEOUT', 'ERR_LOCK_DEADLOCK']).toContain(code);
    expect(usable).toBe('usable');
    expect(manager.stats.deadlocks).toBe(1);
    expect(manager.snapshot().observerErrors).toBe(0);
  });
});

test('a stack that is taken leaves Error as it was', async () => {
  const manager = isolatedManager({ deadlocks: 'throw' });
  const prepareStackTrace = () => 'mine';
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = 3;
  await manager.run('a', () => manager.run('a', () => 'in')).catch(() => undefined);
  expect(Error.prepareStackTrace).toBe(prepareStackTrace);
  expect(Error.stackTraceLimit).toBe(3);
});

test('a wait that cannot be looked at gets its turn, and what went wrong is counted', async () => {
  const manager = isolatedManager();
  const gate = deferred();
  const holder = manager.run('b', () => gate.promise);
  define('stackTraceLimit', {
    get() {
      throw new Error('no limit');
    },
  });
  const nested = manager.run('a', () => manager.run('b', () => 'in'));
  restore('stackTraceLimit');
  gate.resolve();
  expect(await nested).toBe('in');
  await holder;
  expect(manager.snapshot().observerErrors).toBe(1);
});
