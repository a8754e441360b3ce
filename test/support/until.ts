/**
 * Waits for a condition by looking at it once per turn of the event loop: for what happens across real sockets and
 * processes, where no deferred promise can be passed.
 */

/**
 * Resolves when `condition()` is true, and fails after `limit` ms (5 s) saying what it waited for.
 *
 * @throws Error when the limit passes first.
 * @example
 * await until(() => lock.queueDepth === 2, 'two waiters');
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = String(condition),
  limit = 5_000,
): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > limit) throw new Error(`waited ${limit} ms in vain for: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
