/**
 * The driver that a client uses: made in the one line that an application needs for it.
 */
import { Cluster, Redis } from 'ioredis';
import type { LockDriver } from 'lockmeter';
import { type RedisDriverOptions, redisDriver } from 'lockmeter/redis';
import type { ClientSettings, Engine } from '../referee/commands.js';

const HOST = '127.0.0.1';

/** See above. */
export function openDriver({ engine, driver }: ClientSettings): LockDriver {
  return redisDriver({ ...source(engine), ...driver });
}

/** The clients given here are only copied: they never connect. */
function source(engine: Engine): RedisDriverOptions {
  if (engine.kind === 'url') return { url: engine.url };
  if (engine.kind === 'cluster') {
    const nodes = engine.ports.map((port) => ({ host: HOST, port }));
    return { client: new Cluster(nodes, { lazyConnect: true }) };
  }
  const sentinels = engine.sentinels.map((port) => ({ host: HOST, port }));
  return { client: new Redis({ sentinels, name: engine.name, lazyConnect: true }) };
}
