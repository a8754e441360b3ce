/**
 * Tells when somebody comes to a channel or leaves it. Without that, every operation of every lock would have to ask every
 * channel whether it is heard: tens of nanoseconds for nothing.
 *
 * Every way to subscribe ends in a method that is looked up on the channel object: `subscribe()` of the module, of a
 * channel and of a tracing channel, `bindStore()`, and what undoes them. So these are overridden on channels of our own,
 * and call on.
 *
 * Invariants: nobody is heard without it being known. A channel is one for the process and outlives copies of this package:
 * Jest loads one for each test file, into a realm of its own. Hence it is overridden by the first only, and has of the
 * others nothing but weak references, which the first makes: an object keeps the realm alive that it was made in.
 */
import type { Channel } from 'node:diagnostics_channel';

const METHODS = ['subscribe', 'unsubscribe', 'bindStore', 'unbindStore'] as const;

/** Where a channel has the function that adds to those who are told. */
const TELL: unique symbol = Symbol.for('lockmeter.v1.tell') as never;

type Method = (this: Channel, ...args: unknown[]) => unknown;
type Tell = (changed: () => void) => void;

/**
 * Calls `start` when the first listens to any of the channels, and what it returned when the last has left: for as long as
 * what it returns is kept.
 */
export function whileHeard(channels: readonly Channel[], start: () => () => void): () => void {
  let stop: (() => void) | undefined;
  const changed = (): void => {
    const heard = channels.some(({ hasSubscribers }) => hasSubscribers);
    if (heard) stop ??= start();
    else {
      stop?.();
      stop = undefined;
    }
  };
  for (const channel of channels as readonly (Channel & { [TELL]?: Tell })[]) {
    if (channel[TELL] === undefined) Object.defineProperty(channel, TELL, { value: override(channel) });
    channel[TELL]!(changed);
  }
  // Somebody may have been here before us.
  changed();
  return changed;
}

function override(channel: Channel): Tell {
  const told = new Set<WeakRef<() => void>>();
  const tellAll = (): void => {
    for (const reference of told) {
      const changed = reference.deref();
      if (changed === undefined) told.delete(reference);
      else changed();
    }
  };
  for (const method of METHODS) {
    Object.defineProperty(channel, method, {
      configurable: true,
      writable: true,
      value(...args: unknown[]): unknown {
        // Looked up each time: the platform exchanges the prototype with the first subscriber and the last.
        const next = Object.getPrototypeOf(channel)[method] as Method;
        try {
          return next.apply(channel, args);
        } finally {
          tellAll();
        }
      },
    });
  }
  return (changed) => void told.add(new WeakRef(changed));
}
