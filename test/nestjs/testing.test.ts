/**
 * The double for unit tests: nothing waits, and what was asked for can be read.
 */
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Lock, LockManager, LockNotHeldError, LockTimeoutError, locks } from 'lockmeter';
import { InjectLock, LockModule, LockRecorder, WithLock } from 'lockmeter/nestjs';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { CriticalSection } from '../support/critical-section.js';

let section: CriticalSection;

beforeEach(() => {
  section = new CriticalSection();
});

@Injectable()
class Inventory {
  constructor(
    @InjectLock('ledger') readonly ledger: Lock,
    @Inject(LockManager) readonly manager: LockManager,
  ) {}

  @WithLock('inventory', { key: (sku: string | number) => sku })
  async reserve(sku: string | number): Promise<string> {
    return section.enter(`reserve ${sku}`);
  }

  @WithLock('inventory', { key: (...skus: string[]) => skus, label: 'mover' })
  async move(...skus: string[]): Promise<number> {
    return skus.length;
  }

  @WithLock('inventory', { key: (sku: string) => sku })
  async nested(sku: string): Promise<string> {
    return this.outer(sku);
  }

  @WithLock('inventory', { key: (sku: string) => sku })
  async outer(sku: string): Promise<string> {
    return `nested ${sku}`;
  }

  @WithLock('feed')
  async watch(): Promise<Observable<number>> {
    return of(7);
  }
}

async function start() {
  const module = await Test.createTestingModule({
    imports: [LockModule.forTesting()],
    providers: [Inventory],
  }).compile();
  return { inventory: module.get(Inventory), recorder: module.get(LockRecorder), module };
}

test('calls under one lock run at once, and each is recorded with its name, key and label', async () => {
  const { inventory, recorder } = await start();
  const calls = [inventory.reserve('red'), inventory.reserve('red'), inventory.reserve(7)];
  expect(section.most).toBe(3);
  expect(recorder.calls).toEqual([
    { name: 'inventory', key: 'red', label: 'Inventory.reserve' },
    { name: 'inventory', key: 'red', label: 'Inventory.reserve' },
    { name: 'inventory', key: '7', label: 'Inventory.reserve' },
  ]);
  for (const _ of calls) section.leave();
  expect(await Promise.all(calls)).toEqual(['reserve red', 'reserve red', 'reserve 7']);
});

test('several locks at once are recorded in the order they are taken in', async () => {
  const { inventory, recorder } = await start();
  expect(await inventory.move('red', 'blue')).toBe(2);
  expect(recorder.calls).toEqual([
    { name: 'inventory', key: 'blue', label: 'mover' },
    { name: 'inventory', key: 'red', label: 'mover' },
  ]);
});

test('what would wait for itself does not, and is seen in what was asked for', async () => {
  const { inventory, recorder } = await start();
  expect(await inventory.nested('red')).toBe('nested red');
  expect(recorder.calls.map(({ label }) => label)).toEqual(['Inventory.nested', 'Inventory.outer']);
});

test('an Observable: the method and each subscription', async () => {
  const { inventory, recorder } = await start();
  const numbers = await inventory.watch();
  expect(recorder.calls).toHaveLength(1);
  expect(await lastValueFrom(numbers)).toBe(7);
  expect(recorder.calls).toHaveLength(2);
});

test('clear() forgets; the calls that were read before stay as they were', async () => {
  const { inventory, recorder } = await start();
  await inventory.move('red');
  const before = recorder.calls;
  recorder.clear();
  expect(recorder.calls).toEqual([]);
  expect(before).toHaveLength(1);
});

describe('locks that are injected or come from the manager', () => {
  test('run, wrap, hold, tryAcquire and acquire let everybody in', async () => {
    const { ledger } = (await start()).inventory;
    const entered = [ledger.run(() => section.enter('a')), ledger.wrap(() => section.enter('b'))()];
    expect(section.most).toBe(2);
    section.leave();
    section.leave();
    await Promise.all(entered);
    const holds = [await ledger.hold(), await ledger.hold()];
    expect(await Promise.all([ledger.acquire(), ledger.acquire()])).toEqual([true, true]);
    expect(ledger.tryAcquire()).toBe(true);
    expect(ledger.locked()).toBe(false);
    for (const hold of holds) await hold.release();
  });

  test('release() ends one acquire() each, and one too many is the error it is with a real lock', async () => {
    const { ledger } = (await start()).inventory;
    await ledger.acquire();
    expect(ledger.tryAcquire()).toBe(true);
    ledger.release();
    ledger.release();
    expect(() => ledger.release()).toThrow(LockNotHeldError);
  });

  test('they have their names and keys, and are recorded', async () => {
    const { inventory, recorder } = await start();
    expect(String(inventory.ledger)).toBe('Lock(ledger) [unlocked]');
    await inventory.ledger.run(() => 1, { label: 'audit' });
    await inventory.manager.lock('account', 7).run(() => 2);
    await inventory.manager.run('account', () => 3, { key: 'b' });
    expect(recorder.calls).toEqual([
      { name: 'ledger', label: 'audit' },
      { name: 'account', key: '7' },
      { name: 'account', key: 'b' },
    ]);
  });
});

test('mistakes are mistakes here too, and what has aborted does not run', async () => {
  const { inventory, recorder } = await start();
  await expect(inventory.reserve(undefined as unknown as string)).rejects.toThrow(/key must be a string or a finite/);
  await expect(inventory.manager.run('shop', () => 1, { timeout: -1 })).rejects.toThrow(RangeError);
  const signal = AbortSignal.abort(new Error('left'));
  await expect(inventory.manager.run('shop', () => section.enter('a'), { signal })).rejects.toThrow('left');
  expect(section.entered).toEqual([]);
  expect(recorder.calls.every(({ name }) => name === 'shop')).toBe(true);
});

test('it replaces the manager of an application that imports LockModule.forRoot(), and counts nothing in the process', async () => {
  @Module({ imports: [LockModule.forRoot({ maxQueue: 0 })], providers: [Inventory] })
  class AppModule {}
  const recorder = new LockRecorder();
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(LockManager)
    .useValue(recorder)
    .compile();
  const inventory = module.get(Inventory);
  await Promise.all([inventory.move('red'), inventory.move('red')]);
  await inventory.ledger.run(() => 1);
  expect(recorder.calls.map(({ name }) => name)).toEqual(['inventory', 'inventory', 'ledger']);
  expect(locks.snapshot().locks).toEqual([]);
  await module.close();
});

test('real locks in a test: a manager of its own shows a refusal without a wait', async () => {
  const manager = new LockManager({ timeout: 0 });
  const module = await Test.createTestingModule({ imports: [LockModule.forRoot()], providers: [Inventory] })
    .overrideProvider(LockManager)
    .useValue(manager)
    .compile();
  const holder = await manager.lock('inventory', 'red').hold();
  await expect(module.get(Inventory).reserve('red')).rejects.toThrow(LockTimeoutError);
  await holder.release();
});
