/**
 * What a test may leave behind in the process: counted, so that it can be said to be nothing.
 */

/** Counts the timers that were made by `setTimeout` since it was called and have neither fired nor been cleared. */
export function countTimers(): { readonly live: number; stop(): void } {
  const { setTimeout, clearTimeout } = globalThis;
  const live = new Set<unknown>();
  const made = (callback: (...args: unknown[]) => void, ...rest: [number, ...unknown[]]): NodeJS.Timeout => {
    const timer = setTimeout(
      (...args: unknown[]) => {
        live.delete(timer);
        callback(...args);
      },
      ...rest,
    );
    live.add(timer);
    return timer;
  };
  globalThis.setTimeout = made as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    live.delete(timer);
    clearTimeout(timer);
  };
  return {
    get live() {
      return live.size;
    },
    stop: () => void Object.assign(globalThis, { setTimeout, clearTimeout }),
  };
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
