/**
 * What a test may leave behind in the process: counted, so that it can be said to be nothing.
 */

/** Timers that keep the process alive now. */
export function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** The `abort` listeners of one signal: how many were added, and how many are there now. */
export interface ListenerCount {
  added: number;
  present: number;
}

/** Counts the listeners that come to and go from `signal` from now on. */
export function countListeners(signal: AbortSignal): ListenerCount {
  const count: ListenerCount = { added: 0, present: 0 };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  const present = new Set<unknown>();
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count.added++;
    present.add(args[1]);
    count.present = present.size;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    present.delete(args[1]);
    count.present = present.size;
    remove(...args);
  };
  return count;
}
