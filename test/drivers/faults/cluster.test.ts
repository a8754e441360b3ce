/**
 * A Cluster of three primaries: locks live on all of them, and stay where they are for their holders and waiters when a
 * slot moves.
 */
import { engineKey } from '../../../examples/soak-redis/client/lock-name.js';
import type { Entry } from '../../../examples/soak-redis/log/entry.js';
import { machineNow } from '../../../examples/soak-redis/log/machine-clock.js';
import { LEASES, type Scene } from '../../../examples/soak-redis/scene.js';
import { ClusterTrio } from '../../../examples/soak-redis/servers/cluster-trio.js';
import { redisProgram } from '../../support/redis-server.js';
import { LONG, line, prepare } from './play.js';

const play = prepare();
const WAITERS = ['first', 'second', 'third'];

let cluster: ClusterTrio;
let scene: Scene;

beforeEach(async () => {
  cluster = await ClusterTrio.start(await redisProgram());
  scene = await play.scene({ engine: { kind: 'cluster', ports: cluster.ports } });
}, LONG);
afterEach(() => cluster?.stop(), LONG);

test(
  'a slot moves while its lock is held and awaited: nothing is lost, and turns go on in their order',
  async () => {
    const lock = 'stock';
    const key = engineKey(lock, 's');
    const holder = await scene.enter('holder');
    holder.process.attempt('held', lock);
    await line(scene, 'enter', 'held');
    for (const name of WAITERS) {
      const { process } = await scene.enter(name);
      process.attempt(name, lock, { stay: 10 });
      await line(scene, 'queued', name);
    }
    const source = await cluster.ownerOf(key);
    const target = (source + 1) % cluster.nodes.length;
    holder.process.disturb('a slot moves', 0);
    await cluster.moveSlotOf(key, target);
    expect(await cluster.ownerOf(key)).toBe(target);
    const moved = machineNow();
    const renewed = (entry: Entry): boolean => entry.type === 'write' && entry.deadline! > moved + 2 * LEASES.lease;
    await scene.referee.when(renewed, 'renewals at the new place');
    holder.process.leave('held');
    const grants = await Promise.all(WAITERS.map((name) => line(scene, 'granted', name)));
    expect(grants.map(({ token }) => token)).toEqual(grants.map(({ token }) => token).sort((a, b) => a - b));
    const { findings, lost } = await scene.finish([lock]);
    expect([findings, lost]).toEqual([[], 0]);
  },
  LONG,
);

test(
  'locks of all three nodes, wanted by four processes: every invariant, and every waiter woken by a push',
  async () => {
    const locks = ['stock', 'till', 'door', 'lamp', 'desk', 'chair'];
    const owners = await Promise.all(locks.map((lock) => cluster.ownerOf(engineKey(lock, 's'))));
    expect(new Set(owners)).toEqual(new Set([0, 1, 2]));
    const players = await Promise.all(['a', 'b', 'c', 'd'].map((name) => scene.enter(name)));
    for (const [seed, { process }] of players.entries()) process.tell({ do: 'loop', seed, locks, loops: 6 });
    await scene.referee.when(({ type }) => type === 'judged' && scene.referee.log.length > 1_500, 'the log to fill');
    const { findings, holds, missedWakes } = await scene.finish(locks);
    expect([findings, missedWakes]).toEqual([[], 0]);
    expect(holds).toBeGreaterThan(50);
  },
  LONG,
);
