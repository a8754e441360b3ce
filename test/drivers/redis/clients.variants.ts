/**
 * The client libraries that the driver is made for, each as a user would make a client, and one as different from the
 * defaults as a user could make it.
 */
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5';
import { createClient, createCluster, RESP_TYPES } from 'redis';
import { createClient as createClient5, createCluster as createCluster5 } from 'redis5';
import { type RedisServer, startRedis, startRedisCluster } from '../../support/redis-server.js';

export interface Variant {
  readonly name: string;
  /** Of one node. */
  readonly cluster: boolean;
  /** A client that does not connect by itself. */
  make(port: number, password?: string): unknown;
  /** One with all the settings that could be in the way. */
  odd(port: number): unknown;
}

export const VARIANTS: readonly Variant[] = [
  ...[
    { name: 'ioredis 6', Client: Redis },
    { name: 'ioredis 5', Client: Redis5 as unknown as typeof Redis },
  ].map(({ name, Client }) => ({
    name,
    cluster: false,
    make: (port: number, password?: string) => new Client({ host: '127.0.0.1', port, password, lazyConnect: true }),
    odd: (port: number) =>
      new Client({
        host: '127.0.0.1',
        port,
        lazyConnect: true,
        keyPrefix: 'odd:',
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        commandTimeout: 1,
        retryStrategy: () => null,
        enableAutoPipelining: true,
        stringNumbers: true,
        autoResubscribe: false,
        replyMapping: 'resp3',
        connectionName: 'odd',
      }),
  })),
  ...[
    { name: 'node-redis 6', create: createClient },
    { name: 'node-redis 5', create: createClient5 as unknown as typeof createClient },
  ].map(({ name, create }) => ({
    name,
    cluster: false,
    make: (port: number, password?: string) => create({ socket: { host: '127.0.0.1', port }, password }),
    odd: (port: number) =>
      create({
        socket: { host: '127.0.0.1', port, reconnectStrategy: false },
        RESP: 3,
        keyPrefix: 'odd:',
        commandsQueueMaxLength: 1,
        disableOfflineQueue: true,
        commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String } },
      }),
  })),
  ...[
    { name: 'Cluster of ioredis 6', ClusterClient: Cluster },
    { name: 'Cluster of ioredis 5', ClusterClient: Cluster5 as unknown as typeof Cluster },
  ].map(({ name, ClusterClient }) => ({
    name,
    cluster: true,
    make: (port: number, password?: string) =>
      new ClusterClient([{ host: '127.0.0.1', port }], { lazyConnect: true, redisOptions: { password } }),
    odd: (port: number) =>
      new ClusterClient([{ host: '127.0.0.1', port }], {
        lazyConnect: true,
        keyPrefix: 'odd:',
        enableOfflineQueue: false,
        enableAutoPipelining: true,
        clusterRetryStrategy: () => null,
        redisOptions: { keyPrefix: 'odd:', commandTimeout: 1, stringNumbers: true },
      }),
  })),
  ...[
    { name: 'Cluster of node-redis 6', create: createCluster },
    { name: 'Cluster of node-redis 5', create: createCluster5 as unknown as typeof createCluster },
  ].map(({ name, create }) => ({
    name,
    cluster: true,
    make: (port: number, password?: string) =>
      create({ rootNodes: [{ socket: { host: '127.0.0.1', port } }], defaults: { password } }),
    odd: (port: number) =>
      create({
        rootNodes: [{ url: `redis://127.0.0.1:${port}` }],
        keyPrefix: 'odd:',
        commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String } },
        defaults: { disableOfflineQueue: true },
      }),
  })),
];

/** A server for the variant. */
export function serverFor({ cluster }: Variant): Promise<RedisServer> {
  return cluster ? startRedisCluster() : startRedis();
}
