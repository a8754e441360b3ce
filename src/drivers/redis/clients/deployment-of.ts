/**
 * Recognises a user's client by its shape: there may be several copies of a library in a process, and libraries that are
 * made after another.
 */
import { type IoredisClient, ioredisDeployment } from './ioredis.js';
import { type IoredisCluster, ioredisClusterDeployment } from './ioredis-cluster.js';
import type { Deployment } from './link.js';
import { type NodeRedisClient, nodeRedisDeployment } from './node-redis.js';
import { type NodeRedisCluster, nodeRedisClusterDeployment } from './node-redis-cluster.js';

type Shape = Readonly<Record<string, unknown>>;

const WANTED = 'client must be a Redis or a Cluster of ioredis 5 or 6, or a client or a cluster of node-redis 5 or 6';

/** @throws TypeError for what is no client that is known. */
export function deploymentOf(client: unknown): Deployment {
  const shape = Object(client) as Shape;
  if (has(shape, 'call', 'duplicate', 'disconnect')) {
    if (shape.isCluster === true) return ioredisClusterDeployment(client as IoredisCluster);
    return ioredisDeployment(client as IoredisClient);
  }
  if (has(shape, 'sendCommand', 'destroy')) {
    if (has(shape, 'acquire') || has(shape, 'execute'))
      throw new TypeError(`${WANTED}, and not a pool or a Sentinel client of node-redis: ioredis knows Sentinels`);
    if (has(shape, 'duplicate', 'nodeClient')) return nodeRedisClusterDeployment(client as NodeRedisCluster);
    if (has(shape, 'duplicate', 'subscribe')) return nodeRedisDeployment(client as NodeRedisClient);
  }
  throw new TypeError(WANTED);
}

function has(shape: Shape, ...methods: readonly string[]): boolean {
  return methods.every((name) => typeof shape[name] === 'function');
}
