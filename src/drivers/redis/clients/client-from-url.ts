/**
 * A client for a URL, of the library that is installed: ioredis, else node-redis.
 *
 * Invariant: the URL, which may have a password in it, is in no message.
 */
import { installedIoredis, installedNodeRedis } from './redis-libraries.cjs';

/**
 * A client that does not connect.
 *
 * @throws TypeError when the URL is none of Redis; Error when neither library is installed.
 */
export async function clientFromUrl(url: string): Promise<object> {
  checkUrl(url);
  const ioredis = await installedIoredis();
  if (ioredis !== undefined) return new ioredis.Redis(url, { lazyConnect: true });
  const nodeRedis = await installedNodeRedis();
  if (nodeRedis !== undefined) return nodeRedis.createClient({ url });
  throw new Error('no client for Redis is installed: run `npm install ioredis` or `npm install redis`');
}

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === 'redis:' || protocol === 'rediss:') return;
  throw new TypeError('url must start with redis:// or rediss:// and name a host');
}
