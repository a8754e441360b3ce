/**
 * A client for a URL, of the library that is installed: ioredis, else node-redis. Both are loaded only here, for users who
 * bring a client of their own, or no Redis at all, need not have either.
 *
 * Invariant: the URL, which may have a password in it, is in no message.
 */

/** A library: its package, and how to make a client that does not connect. */
interface Library {
  readonly name: string;
  make(url: string): Promise<unknown>;
}

const LIBRARIES: readonly Library[] = [
  {
    name: 'ioredis',
    make: async (url) => {
      const { Redis } = await import('ioredis');
      return new Redis(url, { lazyConnect: true });
    },
  },
  {
    name: 'redis',
    make: async (url) => {
      const { createClient } = await import('redis');
      return createClient({ url });
    },
  },
];

export async function clientFromUrl(url: string, libraries: readonly Library[] = LIBRARIES): Promise<unknown> {
  checkUrl(url);
  for (const { name, make } of libraries) {
    try {
      return await make(url);
    } catch (error) {
      if (!isMissing(error, name)) throw error;
    }
  }
  throw new Error('no client for Redis is installed: run `npm install ioredis` or `npm install redis`');
}

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === 'redis:' || protocol === 'rediss:') return;
  throw new TypeError('url must start with redis:// or rediss:// and name a host');
}

/** Not when it is something that the library itself needs. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${name}'`);
}
