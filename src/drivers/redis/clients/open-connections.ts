/**
 * From what a user has, a client or a URL, to the connections that the driver uses.
 *
 * Invariant: the user's client is only a pattern. It is duplicated for each connection, and never connected, listened to,
 * sent anything or closed.
 */
import type { RedisConnectionEvents, RedisConnectionOptions, RedisConnections } from '../connection.js';
import { clientFromUrl } from './client-from-url.js';
import { deploymentOf } from './deployment-of.js';
import { connectTo } from './two-connections.js';

/** What to connect with: a client of ioredis or node-redis, or a URL for whichever of the two is installed. */
export type RedisSource = { readonly client: unknown } | { readonly url: string };

/**
 * Connects, and goes on to until `close()`: a server that cannot be reached is told by `events.lost`. As with any client of
 * Redis, the process stays alive while that goes on.
 *
 * @throws TypeError when the client is of no library that is known, or the URL is none of Redis.
 * @throws Error when a URL is given and no client library is installed.
 */
export async function openConnections(
  source: RedisSource,
  options: RedisConnectionOptions,
  events: RedisConnectionEvents,
): Promise<RedisConnections> {
  const client = 'url' in source ? await clientFromUrl(source.url) : source.client;
  return connectTo(deploymentOf(client), options, events);
}
