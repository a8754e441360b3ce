/**
 * A thousand locks are held for a long time, and nothing else happens: what renewing them costs. Of the others only redis-semaphore
 * renews what it holds without being told to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.js';
import { holdIoredis, holdNodeRedis } from '../contestants/lockmeter.js';
import { redisSemaphore } from '../contestants/redis-semaphore.js';
import { renewalsIoredis, renewalsNodeRedis } from '../contestants/renewals.js';
import { type ServerSide, serverSide } from '../server-side.js';
import type { Outcome, Reading, Settings } from './scene.js';

const LOCKS = 1_000;
/** Both in milliseconds. */
const WARM_LEASE = 1_500;
const WARM_FOR = 6_000;
/** Each with two of its periods: leases of 15 s renewed after a third, and of 10 s after eight tenths. */
const FIELD: readonly [contestant: Contestant, seconds: number][] = [
  [renewalsIoredis, 10],
  [renewalsNodeRedis, 10],
  [holdIoredis, 10],
  [holdNodeRedis, 10],
  [redisSemaphore, 16],
];

const QUICK = new Set([renewalsIoredis.name, holdIoredis.name]);

export async function measure({ quick, port }: Settings): Promise<Outcome> {
  const server = await serverSide(port);
  const outcome: Outcome = {
    readings: [],
    notes: [
      `Watched for two periods of each, after ${WARM_FOR / 1e3} s with leases of ${WARM_LEASE / 1e3} s, in which the code gets warm.`,
    ],
  };
  for (const [contestant, seconds] of quick ? FIELD.filter(([{ name }]) => QUICK.has(name)) : FIELD) {
    outcome.readings.push(...(await watch(contestant, seconds, server, port)));
  }
  await server.close();
  return outcome;
}

async function watch(contestant: Contestant, seconds: number, server: ServerSide, port: number): Promise<Reading[]> {
  // What is renewed for hours is warm: so many renewals first, with a short lease.
  const before = await holdAll(contestant, port, WARM_LEASE);
  await sleep(WARM_FOR);
  await before.end();
  const { end } = await holdAll(contestant, port);
  // A second past the period, for the next renewals are not to fall on either end.
  await sleep((seconds / 2 + 1) * 1e3);

  const calls = await server.scriptCalls();
  const serverBefore = await server.cpu();
  const cpuBefore = process.cpuUsage();
  await sleep(seconds * 1e3);
  const { user, system } = process.cpuUsage(cpuBefore);
  const serverCpu = (await server.cpu()) - serverBefore;
  const renewals = (await server.scriptCalls()) - calls;
  await end();

  const share = (microseconds: number): number[] => [microseconds / 1e4 / seconds];
  const of = contestant.name;
  return [
    { contestant: of, column: 'renewals in 5 s', unit: '', samples: [(renewals * 5) / seconds] },
    { contestant: of, column: 'client CPU', unit: '%', samples: share(user + system) },
    { contestant: of, column: 'server CPU', unit: '%', samples: share(serverCpu) },
  ];
}

async function holdAll(contestant: Contestant, port: number, lease?: number): Promise<{ end(): Promise<void> }> {
  const participant = await contestant.open(port, lease);
  const held = Array.from({ length: LOCKS }, (_, i) => participant.acquire!(`held-${i}`));
  const releases = await Promise.all(held);
  return {
    async end() {
      await Promise.all(releases.map((release) => release()));
      await participant.close();
    },
  };
}
