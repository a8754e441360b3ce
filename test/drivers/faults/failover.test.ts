/**
 * A failover to a replica that never heard of the last grants, by three Sentinels. Two processes then believe to hold
 * one lock, which no lease can prevent; the fence turns the older one's writes away, and its next renewal tells it.
 */

import { check } from '../../../examples/soak-redis/checker/check.js';
import { LEASES, type Scene } from '../../../examples/soak-redis/scene.js';
import { NAME, SentinelTrio } from '../../../examples/soak-redis/servers/sentinel-trio.js';
import { redisProgram } from '../../support/redis-server.js';
import { LONG, line, prepare } from './play.js';

const play = prepare();
const LOCK = 'stock';
/** Outlives the failover by far: the older holder has every right to believe in it. */
const driver = { ...LEASES, lease: 15_000 };

let trio: SentinelTrio;
let scene: Scene;

beforeEach(async () => {
  trio = await SentinelTrio.start(await redisProgram());
  const sentinels = trio.sentinels.map(({ port }) => port);
  scene = await play.scene({ engine: { kind: 'sentinel', sentinels, name: NAME } });
}, LONG);
afterEach(() => trio?.stop(), LONG);

test(
  'the replica lags: two believe, no stale write is accepted, and the older one is told at its next renewal',
  async () => {
    const older = await scene.enter('older', { driver, heedsLoss: false });
    const newer = await scene.enter('newer', { driver });
    // The replica has heard of the lock before: what it knows is old, not nothing.
    newer.process.attempt('before', LOCK, { stay: 0 });
    await line(scene, 'released', 'before');
    trio.lag();
    older.process.attempt('held', LOCK);
    const held = await line(scene, 'enter', 'held');
    // It must not bring its lock back before the other one comes.
    const taking = line(scene, 'enter', 'taken');
    const goesOn = older.process.pause(taking);
    await scene.loseState('failover', () => trio.failOver());
    newer.process.attempt('taken', LOCK);
    const taken = await taking;
    expect(taken.token).toBeGreaterThan(held.token);
    await goesOn;
    await scene.referee.when((entry) => entry.type === 'judged' && !entry.accepted, 'a stale write');
    const lost = await line(scene, 'lost', 'held');
    expect(lost.cause).toBe('taken');
    older.process.leave('held');
    newer.process.leave('taken');
    const { findings, longestDoubleBelief, excusedOverlaps, rejectedWrites } = await scene.finish([LOCK]);
    expect(findings).toEqual([]);
    expect(excusedOverlaps).toBe(1);
    expect(rejectedWrites).toBeGreaterThan(0);
    // A third of the lease, and what finding the new primary takes.
    process.stdout.write(`two believed to hold for ${longestDoubleBelief.toFixed(0)} ms\n`);
    expect(longestDoubleBelief).toBeLessThan(driver.lease);
  },
  LONG,
);

test(
  'the replica lags, but nobody takes the lock meanwhile: the holder brings it with it, and the waiter its place',
  async () => {
    const [holder, waiter] = await Promise.all([scene.enter('holder', { driver }), scene.enter('waiter', { driver })]);
    trio.lag();
    holder.process.attempt('held', LOCK);
    const held = await line(scene, 'enter', 'held');
    waiter.process.attempt('awaited', LOCK, { stay: 20 });
    await line(scene, 'queued', 'awaited');
    await scene.loseState('failover', () => trio.failOver());
    // By now the lease that the old primary gave has ended: what holds was renewed at the new one.
    await scene.referee.when(
      (entry) => 'deadline' in entry && entry.deadline! > held.deadline! + driver.lease / 2,
      'a renewal',
    );
    expect(check(scene.referee.log).lost).toBe(0);
    holder.process.leave('held');
    await line(scene, 'leave', 'awaited');
    const { findings, excusedOverlaps, rejectedWrites } = await scene.finish([LOCK]);
    expect([findings, excusedOverlaps, rejectedWrites]).toEqual([[], 0, 0]);
  },
  LONG,
);
