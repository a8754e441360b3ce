/**
 * What makes a wrapper pass for the method it wraps.
 *
 * Nest and its relatives keep what decorators said about a method (its route, guards, pipes, API documentation) as Reflect
 * metadata *on the function*. Invariant: whatever was said about the original before it was wrapped can be read from the
 * wrapper, so the order of decorators does not matter.
 */

/** A method of unknown signature, called with `this`. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Gives `wrapper` the name, the length and the Reflect metadata of `original`, and returns it. */
export function standIn<T extends Method>(original: Method, wrapper: T): T {
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, property, { value: original[property], configurable: true });
  }
  for (const key of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  }
  return wrapper;
}
