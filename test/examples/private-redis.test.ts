/** The Redis that examples and benches start for themselves: it answers, it leaves nothing behind, and says when it is missing. */
import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../../examples/shared/private-redis.js';
import { debianTool } from '../support/debian-tool.js';

beforeAll(async () => {
  await debianTool('redis-server', 'redis-server');
}, 180_000);

test('takes connections until it is stopped, and then its folder is gone as well', async () => {
  const server = await startPrivateRedis();
  const client = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => {});
  const [, folder] = (await client.config('GET', 'dir')) as [string, string];
  expect(existsSync(folder)).toBe(true);

  await server.stop();
  expect(existsSync(folder)).toBe(false);
  await expect(client.ping()).rejects.toThrow();
});

test('stopped twice, and two at once, are no trouble', async () => {
  const [one, other] = await Promise.all([startPrivateRedis(), startPrivateRedis()]);
  expect(one.port).not.toBe(other.port);
  await Promise.all([one.stop(), one.stop(), other.stop()]);
});

test('says what to do where there is no redis-server', async () => {
  await expect(startPrivateRedis('no-such-redis-server')).rejects.toThrow('apt-get install redis-server');
});
