/**
 * Ten thousand wait for a thousand locks in one process: how many connections that takes, how many bytes each waiter has, with the
 * promise of its caller, and how long it takes until all were served. Those who poll would send a million commands a second here,
 * and take no part.
 */
import type { Hold } from 'lockmeter';
import { liveBytes } from '../../measure.js';
import { ioredis, nodeRedis } from '../contestants/clients.js';
import { HOLD_IOREDIS, HOLD_NODE_REDIS, openManager } from '../contestants/lockmeter.js';
import { type ServerSide, serverSide } from '../server-side.js';
import type { Outcome, Reading, Settings } from './scene.js';

const LOCKS = 1_000;
const WAITERS_EACH = 10;
const WAITERS = LOCKS * WAITERS_EACH;

export async function measure({ port }: Settings): Promise<Outcome> {
  const server = await serverSide(port);
  const onIoredis = await crowd(HOLD_IOREDIS, await ioredis(port), server);
  const onNodeRedis = await crowd(HOLD_NODE_REDIS, await nodeRedis(port), server);
  await server.close();
  return {
    readings: [...onIoredis, ...onNodeRedis],
    notes: ['The connections are without the one that the driver was given.'],
  };
}

async function crowd(
  contestant: string,
  client: Awaited<ReturnType<typeof ioredis>> | Awaited<ReturnType<typeof nodeRedis>>,
  server: ServerSide,
): Promise<Reading[]> {
  const before = await server.connections();
  const manager = await openManager(client);
  const locks = Array.from({ length: LOCKS }, (_, i) => manager.lock('crowd', i));
  const holds = await Promise.all(locks.map((lock) => lock.hold()));

  const bytes = liveBytes();
  const start = performance.now();
  const waiting = locks.flatMap((lock) => Array.from({ length: WAITERS_EACH }, () => lock.hold()));
  // Commands are answered in their order, so this one comes after all of theirs.
  await releaseHold(await manager.lock('crowd', 'last').hold());
  const queued = performance.now() - start;
  const bytesEach = (liveBytes() - bytes) / WAITERS;
  const connections = (await server.connections()) - before;

  const drain = performance.now();
  const served = waiting.map((hold) => hold.then(releaseHold));
  await Promise.all(holds.map(releaseHold));
  await Promise.all(served);
  const drained = performance.now() - drain;
  await manager.close();
  await client.quit();
  return [
    { contestant, column: 'connections', unit: '', samples: [connections] },
    { contestant, column: 'bytes per waiter', unit: 'B', samples: [bytesEach] },
    { contestant, column: 'all stand in line', unit: 'ms', samples: [queued] },
    { contestant, column: 'all served', unit: 'ms', samples: [drained] },
    { contestant, column: 'turns', unit: '1/s', samples: [((WAITERS + LOCKS) * 1e3) / drained] },
  ];
}

function releaseHold(hold: Hold): Promise<unknown> {
  return hold.release();
}
