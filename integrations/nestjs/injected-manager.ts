/**
 * Which manager the locks of an instance come from.
 *
 * Invariant: every call of one instance uses one manager: the one Nest injected, or the process's when the application has
 * no `LockModule` or the instance was not made by Nest.
 */
import { Inject, Optional } from '@nestjs/common';
import { LockManager, locks } from '../../src/index.js';
import { copies } from './copies.js';

/** Where Nest puts the manager on an instance. */
const MANAGER = Symbol('lockmeter.manager');

/** Has Nest give a manager to the instances of the class that a decorator was put in, if there is one to give. */
export function injectManager(target: object): void {
  if (typeof target === 'function') return; // a static method: nobody injects into a class
  copies.managers.add(LockManager);
  Inject(LockManager)(target, MANAGER);
  Optional()(target, MANAGER);
}

/** The manager of what a method was called on, which may be nothing. */
export function managerOf(instance: unknown): LockManager {
  return (instance as { [MANAGER]?: LockManager } | null | undefined)?.[MANAGER] ?? locks;
}
