/**
 * The client libraries that the application may have installed. CommonJS in both builds of the package: a `require` with a
 * literal name directly inside a `try` is what bundlers follow to a library that is there, and pass over where it is not.
 * Where it is left to be loaded when the bundle runs, and that is an ES module, there is no `require`: there `import` loads it.
 * Not everywhere, for where a test runner plays Node's part `import` need not be there.
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

/** Resolves to `undefined` when it is not installed. */
export async function installedIoredis(): Promise<Ioredis | undefined> {
  try {
    return require('ioredis') as Ioredis;
  } catch (error) {
    if (isLoaders(error)) return missing(error, 'ioredis');
  }
  try {
    return exportsOf<Ioredis>(await import('ioredis'));
  } catch (error) {
    return missing(error, 'ioredis');
  }
}

/** Resolves to `undefined` when it is not installed. */
export async function installedNodeRedis(): Promise<NodeRedis | undefined> {
  try {
    return require('redis') as NodeRedis;
  } catch (error) {
    if (isLoaders(error)) return missing(error, 'redis');
  }
  try {
    return exportsOf<NodeRedis>(await import('redis'));
  } catch (error) {
    return missing(error, 'redis');
  }
}

/** What a CommonJS module exports is the default of what `import` makes of it. */
function exportsOf<Library>(namespace: object): Library {
  return ('default' in namespace ? namespace.default : namespace) as Library;
}

/** Whether there is a `require`, which found something missing. */
function isLoaders(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
}

/** Throws the error of a library that is there and fails, for want of a package that it needs for instance. */
function missing(error: unknown, library: string): undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  const notFound = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  if (!notFound || !message.includes(`'${library}'`)) throw error;
}
