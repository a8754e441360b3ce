/**
 * What the copies of this package in one process know of one another: an ES module application may use a CommonJS library,
 * and then each has a copy of its own.
 *
 * Invariant: `LockModule` of any copy serves `@WithLock` and `@InjectLock` of all copies. Else one application would have two
 * managers, whose locks of one name do not exclude one another.
 */
import type { LockManager } from '../../src/index.js';

interface Copies {
  /** What `@WithLock` injects: the class of each copy that has decorated a method. */
  readonly managers: Set<typeof LockManager>;
  /** The names that `@InjectLock` asked for, in whichever copy. */
  readonly askedLocks: Set<string>;
}

const SLOT: unique symbol = Symbol.for('lockmeter.nestjs.v1') as never;
const holder = globalThis as { [SLOT]?: Copies };

holder[SLOT] ??= { managers: new Set(), askedLocks: new Set() };

export const copies: Copies = holder[SLOT];
