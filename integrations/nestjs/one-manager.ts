/**
 * One manager for the whole application.
 *
 * Invariant: two modules that would each give the whole application a manager are an error when it is made. Classes of
 * different modules would get different ones, whose locks of one name do not exclude one another, and nothing would show it.
 */
import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { LockManager } from '../../src/index.js';

const managers = new WeakMap<ModulesContainer, LockManager>();

/** @throws Error when the application has another one. */
function checkOne(manager: LockManager, application: ModulesContainer): void {
  const other = managers.get(application) ?? manager;
  managers.set(application, other);
  if (other === manager) return;
  throw new Error(
    'the application has two managers, whose locks do not exclude one another: import LockModule.forRoot() once, ' +
      'in the root module; in a test of an application that does, override the provider LockManager',
  );
}

/** Has Nest check it when it makes the module. */
export const oneManager: Provider = {
  provide: Symbol('lockmeter.one manager'),
  useFactory: checkOne,
  inject: [LockManager, ModulesContainer],
};
