/**
 * The control: clients that know nothing of leases, on a resource that takes every write. The referee must complain, or
 * its silence elsewhere would mean nothing.
 */
import { check } from '../../../examples/soak-redis/checker/check.js';
import type { Entry } from '../../../examples/soak-redis/log/entry.js';
import { LEASES } from '../../../examples/soak-redis/scene.js';
import { LONG, line, prepare } from './play.js';

const play = prepare();
const LOCK = 'stock';

test(
  'leases ignored, no fence: overlapping holds and stale writes are found',
  async () => {
    const scene = await play.scene({ fencing: false });
    const character = { heedsLoss: false, knowsLeases: false };
    const [older, newer] = await Promise.all([scene.enter('older', character), scene.enter('newer', character)]);
    older.process.attempt('held', LOCK);
    await line(scene, 'enter', 'held');
    newer.process.attempt('awaited', LOCK);
    await line(scene, 'queued', 'awaited');
    await older.process.pause(2.5 * LEASES.lease);
    const { at } = await line(scene, 'enter', 'awaited');
    const late = (entry: Entry): boolean => entry.type === 'judged' && entry.attempt === 'held' && entry.at > at;
    await scene.referee.when(late, 'a write of the old holder');
    older.process.leave('held');
    newer.process.leave('awaited');
    const { findings, rejectedWrites } = await scene.finish([LOCK]);
    expect(rejectedWrites).toBe(0);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['I1', 'I3']));
  },
  LONG,
);

test(
  'the same clients undisturbed give no cause for complaint',
  async () => {
    const scene = await play.scene({ fencing: false });
    const { process } = await scene.enter('only', { heedsLoss: false, knowsLeases: false });
    for (const attempt of ['a', 'b', 'c']) process.attempt(attempt, LOCK, { stay: 5 });
    await line(scene, 'leave', 'c');
    await scene.finish([LOCK]);
    expect(check(scene.referee.log).findings).toEqual([]);
  },
  LONG,
);
