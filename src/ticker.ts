/**
 * The process's one timer for what has to be noticed while nothing happens: a waiter that waits too long makes no call that
 * could tell. A timer per waiter would cost every waiter.
 *
 * Invariant: it runs only while somebody listens, at the pace of the most impatient, and never keeps the process alive.
 * What is called must not throw.
 */

/** Milliseconds between two looks, for whoever has no reason for another. */
export const TICK = 500;

interface Listener {
  readonly look: () => void;
  readonly every: number;
}

const listeners = new Set<Listener>();
let timer: NodeJS.Timeout | undefined;
let pace = Infinity;

/** Calls `look` about every `every` milliseconds until the function that is returned is called. */
export function onTick(look: () => void, every: number = TICK): () => void {
  const listener = { look, every };
  listeners.add(listener);
  keepPace();
  return () => {
    listeners.delete(listener);
    keepPace();
  };
}

/** The process's timer, as slow as its listeners allow. */
function keepPace(): void {
  const wanted = Math.min(...Array.from(listeners, ({ every }) => every));
  if (wanted === pace) return;
  pace = wanted;
  clearInterval(timer);
  timer = pace === Infinity ? undefined : setInterval(tick, pace).unref();
}

function tick(): void {
  for (const { look } of listeners) look();
}
