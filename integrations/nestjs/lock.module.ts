/**
 * `LockModule`: one manager for the application, wherever it is injected.
 *
 * It is optional: `@WithLock` works without it, on the process's locks. It adds the manager's options, `@InjectLock`, the
 * injection of `LockManager`, answers for refusals, and the drain at shutdown.
 */
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LockManager } from '../../src/index.js';
import {
  type ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  isOwn,
  lockProvider,
  type OPTIONS_TYPE,
} from './lock.module-definition.js';
import { getLockToken } from './lock-token.js';

/** The options of {@link LockModule.forRoot}: those of a `LockManager`, and `isGlobal`. */
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
export class LockModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(LockManager) private readonly manager: LockManager) {
    super();
  }

  /**
   * The module with these options: defaults of every attempt that gives none.
   *
   * @throws TypeError, RangeError when the application is made, for options that are not what they should be.
   * @example
   * LockModule.forRoot({ timeout: 5_000 }) // ms
   */
  static override forRoot(options: LockModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  /**
   * The module with options that come from other providers.
   *
   * @throws As {@link LockModule.forRoot}, and what the factory throws.
   * @example
   * LockModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => ({ timeout: config.get('LOCK_MS') }) })
   */
  static override forRootAsync(options: LockModuleAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
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
   * Closes the manager, if this module made it: no new attempts, those that wait get their turn, and it resolves when the last
   * hold has ended, so that no critical section is cut off. A hold that never ends delays the shutdown.
   */
  async onApplicationShutdown(): Promise<void> {
    if (isOwn(this.manager)) await this.manager.close();
  }
}
