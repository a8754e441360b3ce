/**
 * The rules that every case of the suite watches beside its own: each is heard of when it is broken, and only then.
 */
import { Scene } from '../../src/drivers/contract/scene.js';
import type { Fault } from './contract/faults.js';
import { ToyDriver } from './contract/toy-driver.js';
import { ToyEngine } from './contract/toy-engine.js';

function sceneOn(fault?: Fault): Scene {
  const engine = new ToyEngine(fault);
  return new Scene({
    open: () => new ToyDriver(engine),
    takeAway: (resource) => engine.takeAway(resource),
    leftovers: () => engine.leftovers(),
    patience: 100,
  });
}

/** Somebody holds, loses it, asks again and is in the way of nobody. */
async function play(scene: Scene): Promise<void> {
  const [here, there] = await scene.openAll(2);
  const resource = scene.resource();
  await (await scene.hold(here!, resource, 'the first')).release();
  await scene.hold(there!, resource, 'the second');
  await scene.harness.takeAway!(resource);
  await scene.hold(here!, resource, 'the third');
}

test('a play by the rules is no reason to complain', async () => {
  const scene = sceneOn();
  await play(scene);
  await expect(scene.leave()).resolves.toBe(undefined);
});

test.each<[Fault, RegExp]>([
  ['tokens repeat', /^the second has the token 1, after 1/],
  ['a loss is told twice', /^the second was told twice that it lost/],
  ['a loss is not told', /^the second is not valid any more and was not told that it lost/],
  ['a grant is valid after its loss', /^the third was granted what the second holds/],
  ['a release is told as a loss when the driver closes', /^the first was told that it lost after its release/],
  ['something is left of every lock', /^1 things were left behind after everybody released or cancelled/],
])('complained of is that %s', async (fault, complaint) => {
  const scene = sceneOn(fault);
  await play(scene);
  await expect(scene.leave()).rejects.toThrow(complaint);
});

test('two who hold at once are complained of, also when the case fails for another reason', async () => {
  const scene = sceneOn('whoever asks is granted');
  const driver = await scene.open();
  const resource = scene.resource();
  await scene.hold(driver, resource, 'the first');
  await scene.hold(driver, resource, 'the second');
  expect(scene.explain(new Error('no answer'))).toMatchObject({
    message: 'no answer (before that: the second was granted what the first holds)',
  });
  await expect(scene.leave()).rejects.toThrow('the second was granted what the first holds');
});
