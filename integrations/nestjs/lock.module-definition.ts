/**
 * What `LockModule.forRoot()` and `forRootAsync()` define.
 *
 * Invariants: without options the application shares the process's manager, so Express middleware, `withLock` and it exclude
 * one another by name; with options it has one of its own, which only the module that made it may close. The locks that
 * `@InjectLock` asked for are looked up when Nest scans the definition, not when it is made: a module that is imported
 * before the classes that use it serves them too.
 */
import { ConfigurableModuleBuilder, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { type Lock, LockManager, locks } from '../../src/index.js';
import { checkNoOthers, checkOptions } from '../../src/options.js';
import { type ApplicationLockOptions, managerFor } from './application-manager.js';
import { copies } from './copies.js';
import { LockExceptionFilter } from './lock-exception.filter.js';
import { LockHealthIndicator } from './lock-health.indicator.js';
import { askedLocks, getLockToken } from './lock-token.js';
import { oneManager } from './one-manager.js';

/**
 * What makes the options for `LockModule.forRootAsync({ useClass | useExisting })`.
 *
 * @example
 * class LockConfig implements LockOptionsFactory { createLockOptions() { return { timeout: 5_000 }; } }
 */
export interface LockOptionsFactory {
  /** The options of the application's locks. */
  createLockOptions(): ApplicationLockOptions | Promise<ApplicationLockOptions>;
}

/** Provides the lock of this name; of the process's manager where no module provides one, as `@WithLock` does. */
export function lockProvider(name: string): Provider<Lock> {
  return {
    provide: getLockToken(name),
    useFactory: (manager: LockManager = locks) => manager.lock(name),
    inject: [{ token: LockManager, optional: true }],
  };
}

/** What other copies of this package inject for `LockManager`. */
function otherManagers(): (typeof LockManager)[] {
  return [...copies.managers].filter((other) => other !== LockManager);
}

/** `definition`, with what every application gets beside its manager. */
export function withLocks(definition: DynamicModule, isGlobal: boolean): DynamicModule {
  const providers: Provider[] = [
    ...(definition.providers ?? []),
    LockExceptionFilter,
    LockHealthIndicator,
    { provide: APP_FILTER, useExisting: LockExceptionFilter },
    ...(isGlobal ? [oneManager] : []),
  ];
  const exported = [...(definition.exports ?? []), LockManager, LockExceptionFilter, LockHealthIndicator];
  return {
    ...definition,
    global: isGlobal,
    get providers() {
      const others = otherManagers().map((provide) => ({ provide, useExisting: LockManager }));
      return [...providers, ...others, ...askedLocks().map(lockProvider)];
    },
    get exports() {
      return [...exported, ...otherManagers(), ...askedLocks().map(getLockToken)];
    },
  };
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ApplicationLockOptions>({ moduleName: 'Lock' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createLockOptions')
    .setExtras<{ isGlobal?: boolean }>({ isGlobal: true }, (definition, { isGlobal = true }): DynamicModule => {
      const manager = { provide: LockManager, useFactory: managerFor, inject: [MODULE_OPTIONS_TOKEN] };
      return withLocks({ ...definition, providers: [...(definition.providers ?? []), manager] }, isGlobal);
    })
    .build();

const FACTORIES = ['useFactory', 'useClass', 'useExisting'] as const;
const ASYNC_OPTIONS = [...FACTORIES, 'imports', 'inject', 'provideInjectionTokensFrom', 'isGlobal'];

/**
 * The options of `forRootAsync`. Nest would take options without a factory, and fail later over something else.
 *
 * @throws TypeError when an option is not known, or there is not exactly one factory.
 */
export function checkAsyncOptions(options: typeof ASYNC_OPTIONS_TYPE): void {
  checkOptions(options);
  checkNoOthers(options, ASYNC_OPTIONS);
  const given = FACTORIES.filter((name) => options[name] !== undefined);
  if (given.length === 1) return;
  const got = given.length === 0 ? 'none' : given.join(' and ');
  throw new TypeError(`forRootAsync needs one of ${FACTORIES.join(', ')}, got ${got}`);
}
