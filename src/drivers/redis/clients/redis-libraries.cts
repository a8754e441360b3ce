/**
 * The client libraries that the application may have installed. CommonJS in both builds of the package: a `require` with a
 * literal name directly inside a `try` is what bundlers follow to a library that is there, and pass over where it is not.
 *
 * Invariant: nothing is loaded before it is asked for, so whoever brings a client, or has no Redis at all, needs none of these.
 */

/** What is needed of ioredis. */
interface Ioredis {
  readonly Redis: new (url: string, options: { readonly lazyConnect: boolean }) => object;
}

/** What is needed of node-redis. */
interface NodeRedis {
  createClient(options: { readonly url: string }): object;
}

/** `undefined` when it is not installed. */
export function installedIoredis(): Ioredis | undefined {
  try {
    return require('ioredis') as Ioredis;
  } catch (error) {
    return missing(error, 'ioredis');
  }
}

/** `undefined` when it is not installed. */
export function installedNodeRedis(): NodeRedis | undefined {
  try {
    return require('redis') as NodeRedis;
  } catch (error) {
    return missing(error, 'redis');
  }
}

/** Throws the error of a library that is there and fails, for want of a package that it needs for instance. */
function missing(error: unknown, library: string): undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${library}'`)) throw error;
}
