/**
 * `LockModule`: one manager for the application, wherever it is injected.
 *
 * It is optional: `@WithLock` works without it, on the process's locks. It adds the manager's options, `@InjectLock`, the
 * injection of `LockManager`, answers for refusals, the end of the locks at shutdown, and their double in tests.
 */
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LockManager } from '../../src/index.js';
import { shutdownOf } from './application-manager.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  checkAsyncOptions,
  lockProvider,
  type OPTIONS_TYPE,
  withLocks,
} from './lock.module-definition.js';
import { LockRecorder } from './lock-recorder.js';
import { getLockToken } from './lock-token.js';

/** The options of {@link LockModule.forRoot}: those of a `LockManager`, `shutdown`, and `isGlobal`. */
export type LockModuleOptions = typeof OPTIONS_TYPE;

/** The options of {@link LockModule.forRootAsync}: `imports`, `inject`, and one of `useFactory`, `useClass`, `useExisting`. */
export type LockModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Nothing but what `forFeature` puts in it. */
@Module({})
class LockFeatureModule {}

/**
 * Provides `LockManager`, the locks of `@InjectLock`, and {@link LockExceptionFilter} for the whole application. Import it
 * once, in the root module: it is global unless `isGlobal: false`, and modules that do not see it use the process's locks.
 *
 * Without options it provides the process's `locks`. With options it makes a manager of its own, whose locks and those of
 * the same names elsewhere in the process (`locks`, `lockRoute`) do not exclude one another.
 *
 * @example
 * const imports = [LockModule.forRoot({ timeout: 5_000, maxQueue: 100 })]; // of the root module
 */
@Module({})
export class LockModule extends ConfigurableModuleClass implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(LockManager) private readonly manager: LockManager) {
    super();
  }

  /**
   * The module with these options: defaults of every attempt that gives none.
   *
   * @throws TypeError, RangeError when the application is made, for options that are not what they should be; Error for a second
   * manager, whose locks would not exclude those of the first one.
   * @example
   * LockModule.forRoot({ timeout: 5_000 }) // ms
   */
  static override forRoot(options: LockModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * The module with options that come from other providers.
   *
   * @throws TypeError at once, for an option that is not known or not exactly one of the three; when the application is made,
   * as {@link LockModule.forRoot}, and what the factory throws.
   * @example
   * LockModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => ({ timeout: config.get('LOCK_MS') }) })
   */
  static override forRootAsync(options: LockModuleAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    return super.forRootAsync(options);
  }

  /**
   * In place of `forRoot`, for unit tests: locks that make nobody wait and that the process does not count, whose attempts
   * are recorded. `LockManager` is a {@link LockRecorder}, which can be injected by either name.
   *
   * @example
   * const module = await Test.createTestingModule({ imports: [LockModule.forTesting()], providers: [Inventory] }).compile();
   * await module.get(Inventory).reserve('sku-1');
   * expect(module.get(LockRecorder).calls).toEqual([{ name: 'inventory', key: 'sku-1', label: 'Inventory.reserve' }]);
   */
  static forTesting(): DynamicModule {
    const providers = [LockRecorder, { provide: LockManager, useExisting: LockRecorder }];
    return withLocks({ module: LockModule, providers, exports: [LockRecorder] }, true);
  }

  /**
   * The locks of these names for `@InjectLock` in a module that is loaded lazily. Any other module needs no list.
   *
   * @throws TypeError when a name is not a string or is empty.
   * @example
   * const imports = [LockModule.forFeature(['report'])]; // of the lazy module
   */
  static forFeature(names: readonly string[]): DynamicModule {
    return { module: LockFeatureModule, providers: names.map(lockProvider), exports: names.map(getLockToken) };
  }

  /**
   * With `shutdown: 'reject'`, refuses those who wait and all who come from now on, while the server still answers them. The
   * holds in progress go on.
   */
  beforeApplicationShutdown(): void {
    if (shutdownOf(this.manager) === 'reject') void this.manager.close({ reject: true });
  }

  /**
   * Closes the manager, if this module made it: no new attempts, those that wait get their turn unless they were refused, and
   * it resolves when the last hold has ended, so that no critical section is cut off. A hold that never ends delays the
   * shutdown.
   */
  async onApplicationShutdown(): Promise<void> {
    if (shutdownOf(this.manager) !== undefined) await this.manager.close();
  }
}
