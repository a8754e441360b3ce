/**
 * One application, one manager: whatever modules and copies of the package it is made of, its locks exclude one another.
 */
import { jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Lock, LockManager, locks, StatsRegistry } from 'lockmeter';
import { InjectLock, LockModule, LockRecorder, WithLock } from 'lockmeter/nestjs';

const compile = (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) =>
  Test.createTestingModule({ imports: [...imports] }).compile();

const withNumbers = () => LockModule.forRoot({ stats: new StatsRegistry() });

@Module({ imports: [withNumbers()] })
class AppModule {}

describe('two modules with options', () => {
  const error = /two managers.*LockModule\.forRoot\(\) once, in the root module.*override the provider LockManager/;

  test.each([
    ['forRoot twice', () => [AppModule, withNumbers()]],
    ['forRoot without options and with', () => [LockModule.forRoot(), withNumbers()]],
    ['forRoot and forRootAsync', () => [AppModule, LockModule.forRootAsync({ useFactory: () => ({ timeout: 5 }) })]],
    ['forTesting beside an application’s own', () => [AppModule, LockModule.forTesting()]],
  ])('%s: an error when the application is made, for their locks would not exclude one another', async (_, imports) => {
    await expect(compile(...imports())).rejects.toThrow(error);
  });

  test('the same one imported twice, none with options, or isGlobal: false beside it are none', async () => {
    const one = withNumbers();
    await compile(one, one);
    expect((await compile(LockModule.forRoot(), LockModule.forRoot())).get(LockManager)).toBe(locks);
    await compile(withNumbers(), LockModule.forRoot({ isGlobal: false, timeout: 5 }));
  });

  test('two applications have one each, and a test may override it', async () => {
    const [one, two] = [await compile(AppModule), await compile(AppModule)];
    expect(one.get(LockManager)).not.toBe(two.get(LockManager));
    const recorder = new LockRecorder();
    const overridden = Test.createTestingModule({ imports: [AppModule, LockModule.forRoot()] })
      .overrideProvider(LockManager)
      .useValue(recorder);
    expect((await overridden.compile()).get(LockManager)).toBe(recorder);
  });
});

describe('a library with a copy of the package of its own', () => {
  async function library() {
    jest.resetModules();
    const copy = await import('lockmeter/nestjs');
    const { LockManager: ItsManager } = await import('lockmeter');
    @Injectable()
    class Library {
      constructor(@copy.InjectLock('of the library') readonly lock: Lock) {}

      @copy.WithLock('shared')
      async sell(): Promise<string> {
        return 'sold';
      }
    }
    @Module({ providers: [Library], exports: [Library] })
    class LibraryModule {}
    return { Library, LibraryModule, ItsManager };
  }

  @Injectable()
  class Shop {
    @WithLock('shared')
    async sell(): Promise<string> {
      return 'sold';
    }
    @InjectLock('of the application') readonly lock!: Lock;
  }

  @Module({ providers: [Shop] })
  class ShopModule {}

  test('its methods and those of the application have the same locks', async () => {
    const { Library, LibraryModule, ItsManager } = await library();
    expect(ItsManager).not.toBe(LockManager);
    const app = await compile(withNumbers(), ShopModule, LibraryModule);
    const manager = app.get(LockManager);
    const holder = await manager.lock('shared').hold();
    const calls = [app.get(Shop).sell(), app.get(Library).sell()];
    expect(manager.lock('shared').queueDepth).toBe(2);
    await holder.release();
    expect(await Promise.all(calls)).toEqual(['sold', 'sold']);
    expect(app.get(Library).lock).toBe(manager.lock('of the library'));
    expect(app.get(Shop).lock).toBe(manager.lock('of the application'));
  });
});
