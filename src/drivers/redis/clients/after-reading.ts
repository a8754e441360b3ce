/**
 * For timers that end a wait for an answer. After a stall of this process timers run before anything is read, and what they
 * wait for may have been here long ago.
 */

/** Calls `work` when what has arrived by now has been read. */
export function afterReading(work: () => void): void {
  setImmediate(work);
}
