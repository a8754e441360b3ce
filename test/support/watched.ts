/**
 * A lock with an observer, and everything a lock can be asked to do: what comes out must be the same whatever watches.
 */
import type { Lock, LockManager, LockObserver } from 'lockmeter';
import { isolatedLock } from './isolated.js';
import { ticks } from './ticks.js';

/** A lock that `observer` follows; what it does not say, it does not care about. */
export function watched(observer: Partial<LockObserver>): { manager: LockManager; lock: Lock } {
  const { manager, lock } = isolatedLock();
  manager.observe({ wants: () => true, attempt: () => undefined, ...observer });
  return { manager, lock };
}

/** Asks everything of `lock`, once. */
export async function exercise(lock: Lock): Promise<unknown[]> {
  const bodies: string[] = [];
  const first = lock.run(async () => {
    bodies.push('first');
    await ticks(3);
    return 1;
  });
  const second = lock.run(() => {
    bodies.push('second');
    throw new Error('body');
  });
  const third = lock.hold({ label: 'third' });
  const fourth = lock.acquire();
  const settled = await Promise.allSettled([first, second, third.then((hold) => hold.release()), fourth]);
  const full = await lock.run(() => 1, { maxQueue: 0 }).catch((error) => error.code);
  const expired = await lock.run(() => 1, { timeout: 0 }).catch((error) => error.code);
  const controller = new AbortController();
  const aborted = lock.run(() => bodies.push('aborted'), { signal: controller.signal }).catch((reason) => reason);
  controller.abort('left');
  const late = new AbortController();
  const passed = lock.run(() => bodies.push('late'), { signal: late.signal }).catch((reason) => reason);
  const behind = lock.run(() => 'behind');
  const busy = lock.tryAcquire();
  lock.release();
  late.abort('late');
  return [
    bodies,
    settled.map(({ status }) => status),
    [full, expired, await aborted, await passed, await behind, busy],
    String(lock),
  ];
}

/** What comes out when nobody interferes. */
export const HEALTHY = [
  ['first', 'second'],
  ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  ['ERR_LOCK_QUEUE_FULL', 'ERR_LOCK_TIMEOUT', 'left', 'late', 'behind', false],
  'Lock(inventory) [unlocked]',
];
