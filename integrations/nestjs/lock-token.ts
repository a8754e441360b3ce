/**
 * The injection tokens of locks by name, and which names were asked for.
 *
 * A decorator cannot register a provider with a module, but it runs before any application is made. So the name is left
 * here, and `LockModule` provides whatever is here when Nest scans it: by then every statically imported class is loaded.
 */
import { checkName } from '../../src/options.js';
import { copies } from './copies.js';

const PREFIX = 'lockmeter:lock:';
const ADVICE =
  ' (import LockModule.forRoot() in the root module; a module that loads lazily needs LockModule.forFeature())';

/**
 * The token under which `LockModule` provides the lock of this name: for factories, and for overrides in tests. A lock that
 * cannot be resolved shows up in Nest's error as its token, which is why the token says what to do.
 *
 * @throws TypeError when `name` is not a string or is empty.
 * @example
 * { provide: Shop, useFactory: (inventory: Lock) => new Shop(inventory), inject: [getLockToken('inventory')] }
 */
export function getLockToken(name: string): string {
  checkName(name);
  copies.askedLocks.add(name);
  return `${PREFIX}${name}${ADVICE}`;
}

/** The names asked for so far. */
export function askedLocks(): string[] {
  return [...copies.askedLocks];
}
