/**
 * What waiters that are gone cost those behind them: milliseconds when the server sees that they are gone, one hand-off
 * lease when it cannot, and never one for each.
 */
import { LEASES } from '../../../examples/soak-redis/scene.js';
import { LONG, line, prepare, shortest } from './play.js';

const play = prepare();
const LOCK = 'stock';
const FIVE = [1, 2, 3, 4, 5];

test(
  'five killed at the head of the queue cost next to nothing',
  async () => {
    const scene = await play.scene();
    const [holder, last] = await Promise.all([scene.enter('holder'), scene.enter('last')]);
    const bound = 20;
    const time = await shortest(bound, async (round) => {
      const lock = `${LOCK} ${round}`;
      holder.process.attempt(`held ${round}`, lock);
      await line(scene, 'enter', `held ${round}`);
      const dead = await Promise.all(FIVE.map((number) => scene.enter(`dead ${round}.${number}`)));
      for (const [index, { process }] of dead.entries()) {
        process.attempt(`${round}.${index}`, lock);
        await line(scene, 'queued', `${round}.${index}`);
      }
      last.process.attempt(`last ${round}`, lock, { stay: 0 });
      await line(scene, 'queued', `last ${round}`);
      await Promise.all(dead.map(({ process }) => process.kill()));
      // The server has seen the ends of their connections when nothing of them goes through their cables any more.
      while (dead.some(({ cable }) => cable!.connections > 0)) await new Promise((resolve) => setImmediate(resolve));
      holder.process.leave(`held ${round}`);
      const left = await line(scene, 'leave', `held ${round}`);
      return (await line(scene, 'granted', `last ${round}`)).at - left.at;
    });
    expect(time).toBeLessThanOrEqual(bound);
    const { findings } = await scene.finish([`${LOCK} 1`]);
    expect(findings).toEqual([]);
  },
  LONG,
);

test(
  'five of a process that is stopped cost one hand-off lease; when it goes on they are served after all',
  async () => {
    const scene = await play.scene();
    const [holder, stopped, last] = await Promise.all(['holder', 'stopped', 'last'].map((name) => scene.enter(name)));
    const bound = LEASES.handoffLease + 150;
    const time = await shortest(bound, async (round) => {
      const lock = `${LOCK} ${round}`;
      holder!.process.attempt(`held ${round}`, lock);
      await line(scene, 'enter', `held ${round}`);
      for (const number of FIVE) {
        stopped!.process.attempt(`${round}.${number}`, lock, { stay: 0 });
        await line(scene, 'queued', `${round}.${number}`);
      }
      last!.process.attempt(`last ${round}`, lock, { stay: 0 });
      await line(scene, 'queued', `last ${round}`);
      const over = stopped!.process.pause(2.5 * LEASES.handoffLease);
      holder!.process.leave(`held ${round}`);
      const left = await line(scene, 'leave', `held ${round}`);
      const granted = await line(scene, 'granted', `last ${round}`);
      await over;
      await Promise.all(FIVE.map((number) => line(scene, 'granted', `${round}.${number}`)));
      return granted.at - left.at;
    });
    expect(time).toBeLessThanOrEqual(bound);
    const { findings } = await scene.finish([`${LOCK} 1`]);
    expect(findings).toEqual([]);
  },
  LONG,
);
