/**
 * A real Redis for as long as a test needs it: on a free port, in a folder of its own, ended by its process id.
 *
 * Invariant: a test that needs it never passes without it (see {@link debianTool}).
 */
import { type RedisOptions, RedisProcess } from '../../examples/shared/servers/redis-process.js';
import { eventually } from '../../examples/soak-redis/servers/eventually.js';
import { redisCli } from '../../examples/soak-redis/servers/redis-cli.js';
import { debianTool } from './debian-tool.js';

/** One that takes connections; it can be killed, restarted, paused and resumed. */
export type RedisServer = RedisProcess;

/**
 * Starts one; where Redis is missing it is installed first, which may take a minute.
 *
 * @throws Error with what it said last when it does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return RedisProcess.start({ ...options, program: await redisProgram() });
}

/** Starts a Cluster of one node, which has all the slots. */
export async function startRedisCluster(): Promise<RedisServer> {
  const server = await startRedis({ cluster: true, config: ['cluster-announce-ip 127.0.0.1'] });
  await redisCli(server.port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await clusterWorks(server.port);
  return server;
}

/** Resolves when the node on `port` finds its Cluster in order. */
export function clusterWorks(port: number): Promise<void> {
  const works = async () => (await redisCli(port, 'CLUSTER', 'INFO')).includes('cluster_state:ok');
  return eventually(works, 'the Cluster to work');
}

/** The server's program. It brings Sentinel with it, and `redis-cli` is in the package that Debian's depends on. */
export function redisProgram(): Promise<string> {
  return debianTool('redis-server', 'redis-server');
}
