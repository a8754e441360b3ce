/**
 * What becomes of a holder and its waiters when the server forgets everything: the holder keeps its lock, for the
 * clients remind the server of it, and turns go on in the order in which they were.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { engineKey } from '../../../examples/soak-redis/client/lock-name.js';
import { LEASES, type Scene } from '../../../examples/soak-redis/scene.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { LONG, line, prepare } from './play.js';

const play = prepare();
const LOCK = 'stock';
/** Long enough to find the server again before it ends. */
const driver = { ...LEASES, lease: 3_000 };
const WAITERS = ['first', 'second', 'third'];

const LOSSES: Record<string, (scene: Scene) => Promise<void>> = {
  FLUSHALL: (scene) => scene.loseState('FLUSHALL', () => redisCli(scene.server.port, 'FLUSHALL')),
  'kill -9 and a new start': (scene) => scene.loseState('restart', () => scene.server.restart()),
  'the deletion of all keys of the lock': (scene) =>
    scene.loseState('DEL', () => {
      const keys = (['s', 'q', 'w'] as const).map((part) => engineKey(LOCK, part));
      return redisCli(scene.server.port, 'DEL', ...keys);
    }),
};

/** A holder with three waiters behind it, each in a process of its own. */
async function lineUp(scene: Scene) {
  const holder = await scene.enter('holder', { driver });
  holder.process.attempt('held', LOCK);
  await line(scene, 'enter', 'held');
  for (const name of WAITERS) {
    const { process } = await scene.enter(name, { driver });
    process.attempt(name, LOCK, { stay: 10 });
    await line(scene, 'queued', name);
  }
  return holder;
}

/** The holder leaves, and the others have their turns. */
async function turns(scene: Scene, leave: () => void): Promise<string[]> {
  leave();
  const grants = await Promise.all(WAITERS.map((name) => line(scene, 'granted', name)));
  return grants.sort((a, b) => a.token - b.token).map(({ attempt }) => attempt);
}

test.each(Object.keys(LOSSES))(
  '%s while held and awaited: the holder keeps the lock, the waiters their order',
  async (loss) => {
    const scene = await play.scene();
    const holder = await lineUp(scene);
    await LOSSES[loss]!(scene);
    // Past the lease that was running: only what was renewed since is still held.
    await sleep(driver.lease + 500);
    expect(scene.referee.log.filter(({ type }) => type === 'lost' || type === 'missed-wake')).toEqual([]);
    expect(await turns(scene, () => holder.process.leave('held'))).toEqual(WAITERS);
    const { findings, excusedOverlaps } = await scene.finish([LOCK]);
    expect([findings, excusedOverlaps]).toEqual([[], 0]);
  },
  LONG,
);

test(
  'SCRIPT FLUSH disturbs nobody',
  async () => {
    const scene = await play.scene();
    const holder = await lineUp(scene);
    await redisCli(scene.server.port, 'SCRIPT', 'FLUSH');
    expect(await turns(scene, () => holder.process.leave('held'))).toEqual(WAITERS);
    const { findings, missedWakes } = await scene.finish([LOCK]);
    expect([findings, missedWakes]).toEqual([[], 0]);
  },
  LONG,
);

test(
  'a server that is down for longer than a lease: the holder is told in time, nobody crashes, the waiters are served',
  async () => {
    const scene = await play.scene();
    await lineUp(scene);
    await scene.loseState('down', async () => {
      await scene.server.kill();
      await line(scene, 'lost', 'held');
      await scene.server.restart();
    });
    const lost = await line(scene, 'lost', 'held');
    expect(lost.cause).toBe('lease-deadline');
    expect(lost.at).toBeLessThanOrEqual(lost.deadline! + 100);
    await Promise.all(WAITERS.map((name) => line(scene, 'leave', name)));
    const { findings, excusedOverlaps } = await scene.finish([LOCK]);
    expect([findings, excusedOverlaps]).toEqual([[], 0]);
  },
  LONG,
);
