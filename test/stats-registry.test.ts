/**
 * A metric label is for ever: at most 100 names get one, the rest share `_other`, and still lock apart.
 */
import { jest } from '@jest/globals';
import { Lock, LockManager, StatsRegistry } from 'lockmeter';
import { NAME_LIMIT, OVERFLOW_NAME } from '../src/stats-registry.js';
import { deferred } from './support/deferred.js';
import { isolatedManager, numbersOf } from './support/isolated.js';
import { ticks } from './support/ticks.js';

const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});

/** A manager whose names are used up. */
function fullManager(): LockManager {
  const manager = isolatedManager();
  for (let i = 0; i < NAME_LIMIT; i++) manager.lock(`name${i}x`);
  return manager;
}

beforeEach(() => {
  warnings.mockClear();
});

test('the limit is 100 names, and _other', () => {
  expect([NAME_LIMIT, OVERFLOW_NAME]).toEqual([100, '_other']);
  const manager = fullManager();
  expect(manager.snapshot().locks).toHaveLength(100);
  expect(warnings).not.toHaveBeenCalled();
  for (let i = 0; i < 1_000; i++) manager.lock(`more${i}x`).tryAcquire();
  const { locks } = manager.snapshot();
  expect(locks).toHaveLength(101);
  expect(locks.at(-1)).toMatchObject({ name: '_other', held: 1_000, outcomes: { acquired: 1_000 } });
});

test('it warns once, and says which name began it', () => {
  const manager = fullManager();
  for (let i = 0; i < 10; i++) manager.lock(`more${i}x`);
  const calls = warnings.mock.calls.map(([text, options]) => [String(text), (options as { code?: string })?.code]);
  expect(calls).toEqual([[expect.stringContaining('"more0x"'), 'LOCKMETER_NAME_LIMIT']]);
});

test('a name that was there before the limit keeps its own numbers', () => {
  const manager = fullManager();
  manager.lock('overflowing');
  manager.lock('name7x').tryAcquire();
  expect(numbersOf(manager, 'name7x').outcomes.acquired).toBe(1);
});

test('folded names lock apart, and by key within a name', async () => {
  const manager = fullManager();
  const gate = deferred();
  const entered: string[] = [];
  const enter = (label: string) => () => {
    entered.push(label);
    return gate.promise;
  };
  const runs = [
    manager.run('red', enter('red')),
    manager.run('blue', enter('blue')),
    manager.run('red', enter('red k'), { key: 'k' }),
    manager.run('blue', enter('blue k'), { key: 'k' }),
    manager.run('red', enter('red again')),
    manager.run('red', enter('red k again'), { key: 'k' }),
  ];
  await ticks(10);
  expect(entered).toEqual(['red', 'blue', 'red k', 'blue k']);
  expect(numbersOf(manager, '_other')).toMatchObject({ held: 4, queueDepth: 2 });
  expect(manager.lock('red').key).toBeUndefined();
  expect([manager.lock('red', 'k').name, manager.lock('red', 'k').key]).toEqual(['red', 'k']);
  gate.resolve();
  await Promise.all(runs);
  expect(entered).toHaveLength(6);
});

test('a folded name with a separator in it is no other name’s key', async () => {
  const manager = fullManager();
  const hold = await manager.lock('red', 'k').hold();
  expect(manager.lock('red\u0000k').locked()).toBe(false);
  await hold.release();
});

test('no memory is kept for folded locks that are idle', async () => {
  const manager = fullManager();
  for (let i = 0; i < 1_000; i++) {
    await manager.run(`more${i}x`, () => undefined);
    await manager.run(`more${i}x`, () => undefined, { key: i });
  }
  const { overflow } = manager as unknown as { overflow: { used: Map<string, Lock> } };
  expect(overflow.used.size).toBe(0);
});

test('asking again for a folded lock that is in use does not count it again', async () => {
  const manager = fullManager();
  const hold = await manager.lock('red').hold();
  for (let i = 0; i < 5; i++) manager.lock('red').locked();
  expect(manager.snapshot().foldedNames).toBe(1);
  await hold.release();
});

test('_other itself is a name like any other folded one', async () => {
  const manager = isolatedManager();
  await manager.run('_other', () => undefined);
  await manager.lock('_other', 'k').acquire();
  expect(numbersOf(manager, '_other')).toMatchObject({ held: 1, outcomes: { acquired: 2 } });
  expect(manager.snapshot().locks).toHaveLength(1);
});

test('a name in memory and the same name at an engine have numbers of their own, and so has _other', async () => {
  const { FakeDriver } = await import('./drivers/fake-driver.js');
  const stats = new StatsRegistry();
  const here = new LockManager({ stats });
  const there = new LockManager({ stats, driver: new FakeDriver('redis') });
  for (const manager of [here, there]) for (const name of ['inventory', '_other']) void manager.lock(name).acquire();
  const numbers = here.snapshot().locks.map(({ name, backend, held, queueDepth }) => [name, backend, held, queueDepth]);
  expect(numbers).toEqual([
    ['inventory', 'memory', 1, 0],
    ['inventory', 'redis', 0, 1],
    ['_other', 'memory', 1, 0],
    ['_other', 'redis', 0, 1],
  ]);
});

test('managers that share a registry share the numbers of a name, not its lock', async () => {
  const stats = new StatsRegistry();
  const [one, two] = [new LockManager({ stats }), new LockManager({ stats })];
  await one.lock('inventory').acquire();
  expect(two.lock('inventory').tryAcquire()).toBe(true);
  expect(numbersOf(one).held).toBe(2);
});
