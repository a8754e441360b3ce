/**
 * A real Redis for as long as a test needs it: on a free port, in a folder of its own, ended by its process id.
 *
 * Invariant: a test that needs it never passes without it (see {@link debianTool}).
 */
import { type RedisOptions, RedisProcess } from '../../examples/soak-redis/servers/redis-process.js';
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

/** The server's program. It brings Sentinel with it, and `redis-cli` is in the package that Debian's depends on. */
export function redisProgram(): Promise<string> {
  return debianTool('redis-server', 'redis-server');
}
