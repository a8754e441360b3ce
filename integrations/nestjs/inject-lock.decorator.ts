/**
 * `@InjectLock`: a lock by its name, as a dependency. `lock-token.ts` says how it gets its provider without being registered.
 */
import { Inject } from '@nestjs/common';
import { getLockToken } from './lock-token.js';

/**
 * Injects the `Lock` of this name (the one without a key) into a constructor parameter or a property. For a lock per key
 * inject `LockManager` and call `lock(name, key)`.
 *
 * Needs `LockModule.forRoot()` in the application, and nothing else. Only in a module that is loaded *after* the
 * application was made (`LazyModuleLoader`) the name has to be listed: `LockModule.forFeature(['inventory'])`.
 *
 * @throws TypeError when `name` is not a string or is empty.
 * @example
 * constructor(@InjectLock('inventory') private readonly inventory: Lock) {}
 */
export function InjectLock(name: string): PropertyDecorator & ParameterDecorator {
  return Inject(getLockToken(name));
}
