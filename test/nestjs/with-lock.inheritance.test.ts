/**
 * Inheritance: whose lock a method has that is inherited, overridden, or called through `super`.
 */
import { Injectable, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockDeadlockError, LockManager, StatsRegistry } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { numbersOf } from '../support/isolated.js';

@Injectable()
class Store {
  @WithLock('store')
  async count(): Promise<string> {
    return 'counted';
  }

  @WithLock('store')
  async sell(): Promise<string> {
    return 'sold';
  }
}

/** An instance of `type` as Nest makes it. `deadlocks: 'throw'` turns a method that waits for itself into an error. */
async function make<T>(type: Type<T>): Promise<{ instance: T; manager: LockManager }> {
  const manager = new LockManager({ stats: new StatsRegistry(), deadlocks: 'throw' });
  const module = await Test.createTestingModule({
    providers: [type, { provide: LockManager, useValue: manager }],
  }).compile();
  return { instance: module.get(type), manager };
}

/** How many attempts each lock has granted. */
function grants(manager: LockManager): Record<string, number> {
  return Object.fromEntries(manager.snapshot().locks.map(({ name, outcomes }) => [name, outcomes.acquired]));
}

test('an inherited method keeps its lock, and the manager that Nest injected into the subclass', async () => {
  @Injectable()
  class Depot extends Store {}
  const { instance, manager } = await make(Depot);
  expect(await instance.count()).toBe('counted');
  expect(grants(manager)).toEqual({ store: 1 });
});

test('the label says the class that has the method', async () => {
  @Injectable()
  class Depot extends Store {}
  const { instance, manager } = await make(Depot);
  const counting = instance.count();
  expect(numbersOf(manager, 'store').holders[0]!.label).toBe('Store.count');
  await counting;
});

test('an override without the decorator has no lock of its own; super takes the inherited one', async () => {
  @Injectable()
  class Depot extends Store {
    override async count(): Promise<string> {
      return 'guessed';
    }
    override async sell(): Promise<string> {
      return `${await super.sell()} out`;
    }
  }
  const { instance, manager } = await make(Depot);
  expect(await instance.count()).toBe('guessed');
  expect(grants(manager)).toEqual({});
  expect(await instance.sell()).toBe('sold out');
  expect(grants(manager)).toEqual({ store: 1 });
});

test('an override under another lock holds both while it calls super', async () => {
  @Injectable()
  class Depot extends Store {
    @WithLock('depot')
    override async sell(): Promise<string> {
      return `${await super.sell()} out`;
    }
  }
  const { instance, manager } = await make(Depot);
  expect(await instance.sell()).toBe('sold out');
  expect(await instance.count()).toBe('counted');
  expect(grants(manager)).toEqual({ depot: 1, store: 2 });
});

test('an override under the same lock that calls super waits for itself: a deadlock, which is told', async () => {
  @Injectable()
  class Depot extends Store {
    @WithLock('store')
    override async sell(): Promise<string> {
      return `${await super.sell()} out`;
    }
  }
  const { instance, manager } = await make(Depot);
  await expect(instance.sell()).rejects.toThrow(LockDeadlockError);
  expect(manager.lock('store').locked()).toBe(false);
});

test('so does a method that awaits another one under the same lock; with different keys it does not', async () => {
  @Injectable()
  class Depot {
    @WithLock('depot')
    async move(): Promise<string> {
      return this.count();
    }
    @WithLock('depot')
    async count(): Promise<string> {
      return 'counted';
    }
    @WithLock('shelf', { key: (shelf: number) => shelf })
    async clear(shelf: number): Promise<string> {
      return shelf === 0 ? 'all clear' : this.clear(shelf - 1);
    }
  }
  const { instance, manager } = await make(Depot);
  await expect(instance.move()).rejects.toThrow(LockDeadlockError);
  expect(await instance.clear(3)).toBe('all clear');
  expect(manager.lock('depot').locked()).toBe(false);
});
