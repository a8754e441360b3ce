/**
 * `LockModule`: which manager an application gets, and how `@InjectLock` finds its locks.
 */
import { Inject, Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Lock, LockDeadlockError, LockManager, type LockManagerOptions, locks, StatsRegistry } from 'lockmeter';
import {
  getLockToken,
  InjectLock,
  LockModule,
  type LockModuleAsyncOptions,
  type LockModuleOptions,
  type LockOptionsFactory,
  WithLock,
} from 'lockmeter/nestjs';

@Injectable()
class Shop {
  constructor(@InjectLock('shop') readonly byParameter: Lock) {}

  @InjectLock('till') readonly byProperty!: Lock;

  @WithLock('shop')
  async open(): Promise<boolean> {
    return this.byParameter.locked();
  }
}

@Module({ providers: [Shop], exports: [Shop] })
class ShopModule {}

function compile(...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) {
  return Test.createTestingModule({ imports: [...imports] }).compile();
}

test('without options it provides the manager of the process', async () => {
  const app = await compile(LockModule.forRoot(), ShopModule);
  expect(app.get(LockManager)).toBe(locks);
  expect(app.get(Shop).byParameter).toBe(locks.lock('shop'));
});

test('with options it makes one of its own for the whole application, whose numbers are the process’s', async () => {
  const app = await compile(LockModule.forRoot({ maxQueue: 0 }), ShopModule);
  const manager = app.get(LockManager);
  const shop = app.get(Shop);
  expect(manager).not.toBe(locks);
  expect(manager.stats).toBe(locks.stats);
  expect(shop.byParameter).toBe(manager.lock('shop'));
  expect(shop.byProperty).toBe(manager.lock('till'));
  expect(await shop.open()).toBe(true); // @WithLock holds the very lock that @InjectLock gives

  const holder = await manager.lock('shop').hold();
  await expect(shop.open()).rejects.toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL' });
  await holder.release();
});

describe('forRootAsync', () => {
  @Injectable()
  class Config implements LockOptionsFactory {
    createLockOptions(): LockManagerOptions {
      return { maxQueue: 0, stats: new StatsRegistry() };
    }
  }

  @Module({ providers: [Config], exports: [Config] })
  class ConfigModule {}

  test.each([
    ['useClass', LockModule.forRootAsync({ useClass: Config })],
    ['useExisting', LockModule.forRootAsync({ imports: [ConfigModule], useExisting: Config })],
    [
      'useFactory',
      LockModule.forRootAsync({
        imports: [ConfigModule],
        inject: [Config],
        useFactory: async (config: Config) => config.createLockOptions(),
      }),
    ],
  ])('%s', async (_way, lockModule) => {
    const app = await compile(lockModule, ShopModule);
    const manager = app.get(LockManager);
    expect(manager).not.toBe(locks);
    expect(app.get(Shop).byParameter).toBe(manager.lock('shop'));
    const holder = await manager.lock('shop').hold();
    await expect(app.get(Shop).open()).rejects.toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL' });
    await holder.release();
  });
});

test.each([
  ['forRoot', () => LockModule.forRoot({ timeout: -1 })],
  ['forRootAsync', () => LockModule.forRootAsync({ useFactory: () => ({ timeout: -1 }) })],
])('%s with a bad option fails when the application is made, and names it', async (_way, lockModule) => {
  await expect(compile(lockModule(), ShopModule)).rejects.toThrow(/timeout.*-1/);
});

test.each([
  ['forRoot', { timout: 5 }, 'unknown option "timout": did you mean "timeout"?'],
  [
    'forRoot',
    { ttl: 5 },
    'unknown option "ttl": known are timeout, maxQueue, stats, deadlocks, driver, storeTraceparent, shutdown',
  ],
  ['forRoot', { deadlocks: 'ignore' }, 'deadlocks must be "report" or "throw" or "off", got "ignore"'],
  ['forRoot', { shutdown: 'now' }, 'shutdown must be "drain" or "reject", got "now"'],
  ['a factory', { isGlobal: false }, 'unknown option "isGlobal"'],
  ['a factory', undefined, 'options must be an object, got undefined'],
])('%s that gives %p fails when the application is made', async (way, options, message) => {
  const lockModule =
    way === 'forRoot'
      ? LockModule.forRoot(options as LockModuleOptions)
      : LockModule.forRootAsync({ useFactory: () => options as LockModuleOptions });
  await expect(compile(lockModule, ShopModule)).rejects.toThrow(message);
});

test.each([
  [{ useFactory: () => ({}), timeout: 5 }, /unknown option "timeout": known are useFactory/],
  [{ usefactory: () => ({}) }, 'unknown option "usefactory": did you mean "useFactory"?'],
  [{ inject: [] }, 'forRootAsync needs one of useFactory, useClass, useExisting, got none'],
  [{ useFactory: () => ({}), useClass: Object }, 'got useFactory and useClass'],
  [undefined, 'options must be an object'],
])('forRootAsync of %p is a TypeError at once', (options, message) => {
  const define = () => LockModule.forRootAsync(options as unknown as LockModuleAsyncOptions);
  expect(define).toThrow(TypeError);
  expect(define).toThrow(message);
});

test('the options of forRoot are those of its manager', async () => {
  const app = await compile(LockModule.forRoot({ deadlocks: 'throw', stats: new StatsRegistry() }), ShopModule);
  const manager = app.get(LockManager);
  const nested = manager.run('shop', () => manager.run('shop', () => 'never'));
  await expect(nested).rejects.toThrow(LockDeadlockError);
});

test('isGlobal: false serves the modules that import it, and the others use the process’s locks', async () => {
  @Injectable()
  class Stall {
    @WithLock('stall')
    async open(): Promise<boolean> {
      return locks.lock('stall').locked();
    }
  }
  @Module({ providers: [Stall] })
  class OutsideModule {}
  const lockModule = LockModule.forRoot({ isGlobal: false, stats: new StatsRegistry() });
  @Module({ imports: [lockModule], providers: [Shop] })
  class InsideModule {}

  const app = await compile(InsideModule, OutsideModule);
  expect(app.get(Shop).byParameter).toBe(app.get(LockManager).lock('shop'));
  expect(await app.get(Stall).open()).toBe(true);
  await expect(compile(LockModule.forRoot({ isGlobal: false }), ShopModule)).rejects.toThrow(/LockModule\.forRoot\(\)/);
});

describe('@InjectLock', () => {
  test('finds locks of classes that are defined after LockModule.forRoot() was called', async () => {
    const early = LockModule.forRoot({ stats: new StatsRegistry() });
    @Injectable()
    class Late {
      constructor(@InjectLock('late') readonly lock: Lock) {}
    }
    @Module({ providers: [Late] })
    class LateModule {}
    const app = await compile(early, LateModule);
    expect(app.get(Late).lock).toBe(app.get(LockManager).lock('late'));
  });

  test('without LockModule the error says what to do', async () => {
    await expect(compile(ShopModule)).rejects.toThrow(
      /lockmeter:lock:shop.*import LockModule\.forRoot\(\) in the root/,
    );
  });

  test('in a module that is loaded lazily, forFeature provides the locks; without it the error says so', async () => {
    const app = await compile(LockModule.forRoot({ stats: new StatsRegistry() }));
    @Injectable()
    class Reports {
      constructor(@InjectLock('lazy-report') readonly lock: Lock) {}
    }
    @Module({ providers: [Reports] })
    class ForgetfulModule {}
    @Module({ imports: [LockModule.forFeature(['lazy-report'])], providers: [Reports] })
    class LazyModule {}

    const loader = app.get(LazyModuleLoader);
    await expect(loader.load(() => ForgetfulModule)).rejects.toThrow(/lazy-report.*LockModule\.forFeature\(\)/);
    const lazy = await loader.load(() => LazyModule);
    expect(lazy.get(Reports).lock).toBe(app.get(LockManager).lock('lazy-report'));
  });

  test('its token serves factories, and overrides in tests', async () => {
    class Plain {
      constructor(readonly lock: Lock) {}
    }
    const mock = new Lock('mock');
    const module = await Test.createTestingModule({
      imports: [LockModule.forRoot(), ShopModule],
      providers: [{ provide: Plain, useFactory: (lock: Lock) => new Plain(lock), inject: [getLockToken('plain')] }],
    })
      .overrideProvider(getLockToken('shop'))
      .useValue(mock)
      .compile();
    expect(module.get(Plain).lock).toBe(locks.lock('plain'));
    expect(module.get(Shop).byParameter).toBe(mock);
  });

  test.each([[''], [7], [undefined]])('a name of %p is a TypeError when the class is defined', (name) => {
    expect(() => InjectLock(name as string)).toThrow(TypeError);
  });
});

test('the manager itself can be injected', async () => {
  @Injectable()
  class Status {
    constructor(@Inject(LockManager) readonly manager: LockManager) {}
  }
  @Module({ providers: [Status] })
  class StatusModule {}
  const app = await compile(LockModule.forRoot(), StatusModule);
  expect(app.get(Status).manager).toBe(locks);
});
