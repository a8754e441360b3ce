/**
 * Waits for what another program does in its own time, by asking it again and again.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `condition()` resolves to true; an error counts as not yet.
 *
 * @throws Error when that takes longer than `limit` milliseconds, with the last error as its cause.
 */
export async function eventually(condition: () => Promise<boolean>, what: string, limit = 60_000): Promise<void> {
  const end = performance.now() + limit;
  for (let cause: unknown; ; await sleep(25)) {
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`, { cause });
  }
}
