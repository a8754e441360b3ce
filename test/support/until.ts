/**
 * Waits for a condition by looking at it once per turn of the event loop: for what happens across real sockets and
 * processes, where no deferred promise can be passed.
 *
 * Invariant: it looks with the platform's own timers, whatever a test has put in their place.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. What takes longer is the work of others, which need the processor more. */
const SHORT = 1_000;
const PAUSE = 5;

/**
 * Resolves when `condition()` is true, and fails after `limit` ms (60 s) saying what it waited for. The limit is for what
 * never happens: how busy the machine is must not matter.
 *
 * @throws Error when the limit passes first.
 * @example
 * await until(() => lock.queueDepth === 2, 'two waiters');
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = String(condition),
  limit = 60_000,
): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    const waited = performance.now() - start;
    if (waited > limit) throw new Error(`waited ${limit} ms in vain for: ${what}`);
    if (waited > SHORT) await sleep(PAUSE);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
