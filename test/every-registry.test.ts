/**
 * Attaching to every registry of numbers: to those that are there, to those that come, until it is undone; and none is kept.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StatsRegistry } from 'lockmeter';
import { attachToAll, everyRegistry } from '../src/every-registry.js';
import { turn } from './support/ticks.js';

test('attaches to what is there and to what comes, and undoes all of it', () => {
  const before = new StatsRegistry();
  const attached = new Set<StatsRegistry>();
  const detach = attachToAll((registry) => {
    attached.add(registry);
    return () => attached.delete(registry);
  });
  const after = new StatsRegistry();
  expect([attached.has(before), attached.has(after)]).toEqual([true, true]);
  expect(attached.size).toBe(Array.from(everyRegistry()).length);
  detach();
  expect(attached.size).toBe(0);
  new StatsRegistry();
  expect(attached.size).toBe(0);
});

test('keeps no registry alive', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const detach = attachToAll(() => () => {});
  const before = Array.from(everyRegistry()).length;
  const made = 50;
  for (let i = 0; i < made; i++) new StatsRegistry();
  // What was looked at stays until the turn is over.
  for (let i = 0; i < 3; i++) {
    await turn();
    collect();
  }
  expect(Array.from(everyRegistry()).length).toBeLessThan(before + made);
  detach();
});
