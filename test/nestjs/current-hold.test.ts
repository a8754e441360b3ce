/**
 * `@CurrentHold`: the parameter in which a method under a lock gets its hold.
 */
import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Hold, LockLostError, LockManager, type MemoryDriver, memoryDriver } from 'lockmeter';
import { CurrentHold, LockModule, LockRecorder, WithLock } from 'lockmeter/nestjs';
import { concat, finalize, lastValueFrom, NEVER, type Observable, of } from 'rxjs';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

const shown = (hold?: Hold) => ({ lock: hold?.lock, key: hold?.key, token: typeof hold?.fencingToken });

@Injectable()
class Stock {
  seen: unknown[] = [];

  @WithLock('stock', { key: (sku: string) => sku })
  async set(sku: string, count = 1, @CurrentHold() hold?: Hold): Promise<unknown> {
    return { sku, count, ...shown(hold) };
  }

  @WithLock('stock', { key: (from: string, to: string) => [to, from] })
  async move(from: string, to: string, @CurrentHold() holds?: readonly Hold[]): Promise<unknown> {
    return [from, to, ...holds!.map(({ key }) => key)];
  }

  @WithLock('outer')
  @WithLock('inner')
  async both(@CurrentHold() lowest?: Hold, @CurrentHold('outer') outer?: Hold): Promise<unknown> {
    return [lowest?.lock, outer?.lock];
  }

  @WithLock('stock')
  async plain(...args: unknown[]): Promise<unknown> {
    return args;
  }

  @WithLock('stock')
  async careful(lose: () => void, @CurrentHold() hold?: Hold): Promise<string> {
    lose();
    hold!.signal.throwIfAborted();
    return 'not reached';
  }

  @WithLock('stock')
  changes(end: () => void): Observable<string> {
    return concat(of('first'), NEVER).pipe(finalize(end));
  }

  @WithLock('stock')
  prices(@CurrentHold() hold?: Hold): Observable<string> {
    return of(hold!.lock);
  }
}

class Warehouse extends Stock {
  override async set(sku: string, count: number, hold?: Hold): Promise<unknown> {
    return [await super.set(sku, count), hold];
  }
}

@Controller()
class StockController {
  @Get('only')
  @WithLock('page')
  async only(@CurrentHold() hold: Hold): Promise<unknown> {
    return shown(hold);
  }

  @WithLock('page', { key: (id: string) => id })
  @Get(':id')
  async byId(@Param('id') id: string, @CurrentHold() hold?: Hold): Promise<unknown> {
    return { id, ...shown(hold) };
  }
}

async function stockWith(manager: LockManager): Promise<Stock> {
  const providers = [Stock, { provide: LockManager, useValue: manager }];
  return (await Test.createTestingModule({ providers }).compile()).get(Stock);
}

describe.each<[where: string, driver: () => MemoryDriver | undefined, token: string]>([
  ['a driver', memoryDriver, 'bigint'],
  ['this process', () => undefined, 'undefined'],
])('with locks at %s', (_where, driver, token) => {
  test('a provider gets it after its arguments, however many there are', async () => {
    const stock = await stockWith(isolatedManager({ driver: driver() }));
    expect(await stock.set('a')).toEqual({ sku: 'a', count: 1, lock: 'stock', key: 'a', token });
    expect(await stock.set('a', 5)).toEqual({ sku: 'a', count: 5, lock: 'stock', key: 'a', token });
  });

  test.each(ADAPTERS)('a handler on %s gets it beside what Nest gives, and alone', async (_server, adapter) => {
    const { send } = await startLockedApp({ controllers: [StockController] }, { adapter, driver: driver() });
    expect((await send('get', '/7')).body).toEqual({ id: '7', lock: 'page', key: '7', token });
    expect((await send('get', '/only')).body).toEqual({ lock: 'page', token });
  });

  test('of several keys it gets the holds in their order', async () => {
    const stock = await stockWith(isolatedManager({ driver: driver() }));
    expect(await stock.move('a', 'b')).toEqual(['a', 'b', 'b', 'a']);
  });
});

test('below several locks it is that of the lowest, or of the one that is named', async () => {
  const stock = await stockWith(isolatedManager());
  expect(await stock.both()).toEqual(['inner', 'outer']);
});

test('a method that asks for none has the arguments of its caller and no other', async () => {
  const stock = await stockWith(isolatedManager());
  expect(await stock.plain(1, undefined)).toEqual([1, undefined]);
});

test('an override that is not decorated gets none, and passes it to nobody', async () => {
  const warehouse = new Warehouse();
  expect(await warehouse.set('a', 2)).toEqual([
    expect.objectContaining({ sku: 'a', count: 2, lock: 'stock' }),
    undefined,
  ]);
});

test('a lock that is lost is seen on its signal', async () => {
  const driver = memoryDriver();
  const stock = await stockWith(isolatedManager({ driver }));
  const failure = stock.careful(() => driver.takeAway('stock'));
  await expect(failure).rejects.toThrow(LockLostError);
  await expect(failure).rejects.toMatchObject({ code: 'ERR_LOCK_LOST', reason: 'taken' });
});

test('a method that gives an Observable gets the hold that it is made under', async () => {
  const stock = await stockWith(isolatedManager({ driver: memoryDriver() }));
  const prices = (await stock.prices()) as unknown as Observable<string>;
  expect(await lastValueFrom(prices)).toBe('stock');
});

test('a subscription whose lock is lost fails, and its source is torn down', async () => {
  const driver = memoryDriver();
  const stock = await stockWith(isolatedManager({ driver }));
  const seen: unknown[] = [];
  const changes = (await stock.changes(() => seen.push('torn down'))) as unknown as Observable<string>;
  const failed = new Promise((resolve) => changes.subscribe({ next: (value) => seen.push(value), error: resolve }));
  await until(() => seen.length === 1);
  driver.takeAway('stock');
  expect(await failed).toBeInstanceOf(LockLostError);
  expect(seen).toEqual(['first', 'torn down']);
  expect((await driver.inspect('stock')).locked).toBe(false);
});

test('in a unit test it is there too', async () => {
  const module = await Test.createTestingModule({ imports: [LockModule.forTesting()], providers: [Stock] }).compile();
  expect(await module.get(Stock).set('a')).toMatchObject({ lock: 'stock', key: 'a' });
  expect(module.get(LockRecorder).calls).toEqual([{ name: 'stock', key: 'a', label: 'Stock.set' }]);
});

test('on a constructor, or with a name that is none, it is an error when the class is defined', () => {
  const onConstructor = CurrentHold() as (target: object, method: undefined, index: number) => void;
  expect(() => onConstructor(Stock, undefined, 0)).toThrow(
    new TypeError('@CurrentHold() on Stock: a constructor does not run under a lock'),
  );
  expect(() => CurrentHold('')).toThrow(TypeError);
  expect(() => CurrentHold(7 as unknown as string)).toThrow(TypeError);
});
