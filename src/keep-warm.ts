/**
 * A lock that is held for ever, by a waiter that had its turn.
 *
 * V8 forgets what it learned about a class, and throws away the code that it compiled for it, when a full collection finds
 * no instance alive. Between two bursts that is the usual state of holds, and of locks with keys, and the next burst would
 * start several times slower. Nobody sees this lock: its numbers are its own. It is exported because what nothing refers to
 * is collected.
 */
import { Lock } from './lock.js';
import { ObserverSet } from './observer.js';
import { LockStats } from './stats.js';

export const KEPT_WARM = new Lock('kept warm', {}, new LockStats('kept warm', 'memory', new ObserverSet()));
KEPT_WARM.tryAcquire();
KEPT_WARM.acquire();
KEPT_WARM.release();
