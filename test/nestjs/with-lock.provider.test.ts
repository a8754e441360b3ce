/**
 * `@WithLock` on providers: keys, errors, `this`, metadata; and on classes that Nest never saw.
 */
import { Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { LockManager, LockTimeoutError, locks } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { CriticalSection } from '../support/critical-section.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

const Role = (role: string) => SetMetadata('role', role);

@Injectable()
class Inventory {
  readonly warehouse = 'north';

  @WithLock('inventory', { key: (sku: string) => sku })
  async reserve(sku: string, who: string) {
    return `${this.warehouse} ${sku} ${await section.enter(who)}`;
  }

  @Role('above')
  @WithLock('inventory')
  @SetMetadata('shelf', 7)
  async count(who: string, _exact: boolean): Promise<string> {
    return section.enter(who);
  }

  @WithLock('inventory', {
    signal: (_who: string, signal?: AbortSignal) => signal,
    timeout: Infinity,
    label: 'stocktaking',
  })
  async stocktaking(who: string, _signal?: AbortSignal) {
    return section.enter(who);
  }

  @WithLock('inventory', { timeout: 0 })
  async impatient() {
    return section.enter('impatient');
  }

  @WithLock('inventory', { key: (sku: string | undefined) => sku as string })
  async keyless(_sku: string | undefined) {
    return section.enter('keyless');
  }

  @WithLock('inventory-static')
  static async recount(who: string) {
    return `${this.name} ${await section.enter(who)}`;
  }
}

async function inventoryWith(manager: LockManager): Promise<Inventory> {
  const module = await Test.createTestingModule({
    providers: [Inventory, { provide: LockManager, useValue: manager }],
  }).compile();
  return module.get(Inventory);
}

test('calls with one key take turns, calls with different keys do not wait for each other', async () => {
  const manager = isolatedManager();
  const inventory = await inventoryWith(manager);
  const calls = [inventory.reserve('red', 'a'), inventory.reserve('red', 'b'), inventory.reserve('blue', 'c')];
  await turn();
  expect(section.entered).toEqual(['a', 'c']);
  expect(manager.lock('inventory', 'red').queueDepth).toBe(1);

  section.leave(); // a
  await until(() => section.entered.length === 3);
  section.leave(); // c
  section.leave(); // b
  expect(await Promise.all(calls)).toEqual(['north red a', 'north red b', 'north blue c']);
  expect(numbersOf(manager)).toMatchObject({ held: 0, contended: 1, outcomes: { acquired: 3 } });
});

test('a method that throws releases, and its error is the caller’s', async () => {
  const manager = isolatedManager();
  const inventory = await inventoryWith(manager);
  const failing = inventory.count('a', true);
  const next = inventory.count('b', true);
  const broken = new Error('out of shelves');
  section.leave(broken);
  await expect(failing).rejects.toBe(broken);
  await until(() => section.entered.length === 2);
  section.leave();
  expect(await next).toBe('b');
});

test('a key of undefined rejects with TypeError, and the method does not run', async () => {
  const inventory = await inventoryWith(isolatedManager());
  await expect(inventory.keyless(undefined)).rejects.toThrow(TypeError);
  expect(section.entered).toEqual([]);
});

test('the signal takes a queued call out, the timeout ends another, and the label is Class.method or the one given', async () => {
  const manager = isolatedManager();
  const inventory = await inventoryWith(manager);
  const holder = inventory.stocktaking('a');
  expect(numbersOf(manager).holders[0]!.label).toBe('stocktaking');
  const leaver = new AbortController();
  const queued = inventory.stocktaking('b', leaver.signal);
  await expect(inventory.impatient()).rejects.toThrow(LockTimeoutError);
  leaver.abort(new Error('left'));
  await expect(queued).rejects.toThrow('left');
  section.leave();
  await holder;

  const counting = inventory.count('c', true);
  expect(numbersOf(manager).holders[0]!.label).toBe('Inventory.count');
  section.leave();
  await counting;
  expect(section.entered).toEqual(['a', 'c']);
});

test('name, length and metadata are those of the method', async () => {
  const { count } = Inventory.prototype;
  expect(count).toHaveProperty('name', 'count');
  expect(count).toHaveLength(2);
  const reflector = new Reflector();
  expect(reflector.get('role', count)).toBe('above');
  expect(reflector.get('shelf', count)).toBe(7);
  expect(Reflect.getMetadata('design:paramtypes', Inventory.prototype, 'count')).toEqual([String, Boolean]);
});

test('static methods and instances made by hand use the locks of the process', async () => {
  const byHand = new Inventory().count('a', true);
  expect(locks.lock('inventory').locked()).toBe(true);
  const recount = Inventory.recount('b');
  expect(locks.lock('inventory-static').locked()).toBe(true);
  section.leave();
  section.leave();
  expect(await Promise.all([byHand, recount])).toEqual(['a', 'Inventory b']);
});

test('two applications in one process have the locks of their own managers', async () => {
  const [one, two] = [await inventoryWith(isolatedManager()), await inventoryWith(isolatedManager())];
  const calls = [one.count('a', true), two.count('b', true)];
  expect(section.entered).toEqual(['a', 'b']);
  section.leave();
  section.leave();
  await Promise.all(calls);
});
