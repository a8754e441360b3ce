/**
 * The one timer for what has to be noticed while nothing happens: a waiter that waits too long makes no call that could
 * tell. A timer per waiter would cost every waiter.
 *
 * Invariants: it runs only while somebody listens, at the pace of the most impatient, and never keeps the process alive.
 * It belongs to no request: whoever listens first, what is called does not find that caller's async context. What is called
 * must not throw.
 */
import { AsyncResource } from 'node:async_hooks';

/** Milliseconds between two looks, for whoever has no reason for another. */
export const TICK = 500;

interface Listener {
  readonly look: () => void;
  readonly every: number;
}

/** Those of the platform, whatever fake timers a test puts in their place later. */
const { setInterval, clearInterval } = globalThis;

const nobody = new AsyncResource('lockmeter.ticker');
const listeners = new Set<Listener>();
let timer: NodeJS.Timeout | undefined;
let pace = Infinity;

/**
 * Calls `look` every `every` milliseconds, and more often while somebody else is less patient, until the function that is
 * returned is called.
 */
export function onTick(look: () => void, every: number = TICK): () => void {
  const listener = { look, every };
  listeners.add(listener);
  keepPace();
  return () => {
    listeners.delete(listener);
    keepPace();
  };
}

/** As slow as the listeners allow. */
function keepPace(): void {
  const wanted = Math.min(...Array.from(listeners, ({ every }) => every));
  if (wanted === pace) return;
  pace = wanted;
  clearInterval(timer);
  timer = pace === Infinity ? undefined : nobody.runInAsyncScope(() => setInterval(tick, pace).unref());
}

function tick(): void {
  for (const { look } of listeners) look();
}
