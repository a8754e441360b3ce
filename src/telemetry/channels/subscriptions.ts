/**
 * Tells when somebody comes to a channel or leaves it. Without that, every operation of every lock would have to ask every
 * channel whether it is heard: tens of nanoseconds for nothing.
 *
 * Every way to subscribe ends in a method that is looked up on the channel object: `subscribe()` of the module, of a
 * channel and of a tracing channel, `bindStore()`, and what undoes them. So these are overridden on channels of our own,
 * and call on. Another copy of this package overrides them once more, and both are told.
 *
 * Invariant: nobody is heard without it being known.
 */
import type { Channel } from 'node:diagnostics_channel';

const METHODS = ['subscribe', 'unsubscribe', 'bindStore', 'unbindStore'] as const;

type Method = (this: Channel, ...args: unknown[]) => unknown;

/** Calls `start` when the first listens to any of the channels, and what it returned when the last has left. */
export function whileHeard(channels: readonly Channel[], start: () => () => void): void {
  let stop: (() => void) | undefined;
  const changed = (): void => {
    const heard = channels.some(({ hasSubscribers }) => hasSubscribers);
    if (heard) stop ??= start();
    else {
      stop?.();
      stop = undefined;
    }
  };
  for (const channel of channels) for (const method of METHODS) override(channel, method, changed);
  // Somebody may have been here before us.
  changed();
}

function override(channel: Channel, method: (typeof METHODS)[number], changed: () => void): void {
  const own = Object.getOwnPropertyDescriptor(channel, method)?.value as Method | undefined;
  Object.defineProperty(channel, method, {
    configurable: true,
    writable: true,
    value(...args: unknown[]): unknown {
      // Looked up each time: the platform exchanges the prototype with the first subscriber and the last.
      const next = own ?? (Object.getPrototypeOf(channel)[method] as Method);
      try {
        return next.apply(channel, args);
      } finally {
        changed();
      }
    },
  });
}
