/** The clients, as their documentation makes them, connected. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

/** A client of ioredis. */
export async function ioredis(port: number): Promise<Redis> {
  const client = new Redis(port, '127.0.0.1');
  await once(client, 'ready');
  return client;
}

/** A client of node-redis. */
export async function nodeRedis(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  client.on('error', (error) => console.error('node-redis:', error));
  await client.connect();
  return client;
}
