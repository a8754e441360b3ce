/**
 * Giving up, at each moment at which one can: the server never keeps what nobody here knows of.
 */
import { installControlledTimers } from '../../support/pass-time.js';
import { ownerReply, Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

test('before anything was sent: nothing is sent', async () => {
  const stage = new Stage();
  const attempt = stage.attempt();
  attempt.cancel();
  await stage.pass(5);
  stage.events.ready();
  expect([stage.names, attempt.answers]).toEqual([['INFO'], 0]);
});

test.each([
  ['granted', (s: Stage) => ['granted', s.serverTime, '7', s.serverTime + 15_000]],
  ['queued', (s: Stage) => ['queued', s.serverTime, 0, null, '77']],
] as const)('while it is asked for: the release waits for the answer, which is %s', async (_, reply) => {
  const stage = await Stage.ready();
  const attempt = stage.attempt();
  attempt.cancel();
  const asked = stage.next('acquire');
  expect(stage.names).toEqual([]);
  await asked.answer([...reply(stage)]);
  expect([stage.next('release').args[1] === asked.args[1], attempt.answers, attempt.places]).toEqual([true, 0, []]);
});

test('while it is asked for, and it is refused: there is nothing to release', async () => {
  const stage = await Stage.ready();
  const attempt = stage.attempt({ wait: false });
  attempt.cancel();
  await stage.next('acquire').answer(['busy', stage.serverTime, 3, null]);
  expect([stage.names, attempt.answers]).toEqual([[], 0]);
});

test('while it is asked for, and no answer comes: the server may know it all the same', async () => {
  const stage = await Stage.ready();
  const attempt = stage.attempt();
  attempt.cancel();
  await stage.next('acquire').fail('no answer');
  await stage.next('release').fail('no answer');
  await stage.pass(50);
  await stage.next('release').answer('lost');
  // The question came by a connection that is gone: the server may read it after the release.
  await stage.pass(250);
  await stage.next('release').answer('released');
  await stage.pass(30_000);
  expect(stage.names).toEqual([]);
});

test('while it is to be asked again: the server may read the question after the release', async () => {
  const stage = await Stage.ready();
  const attempt = stage.attempt();
  const asked = stage.next('acquire');
  await asked.fail('no answer');
  attempt.cancel();
  await stage.next('release').answer('lost');
  await stage.pass(250);
  const again = stage.next('release');
  expect(again.args[1]).toBe(asked.args[1]);
  await again.answer('released');
  await stage.pass(30_000);
  expect(stage.names).toEqual([]);
});

test('while it waits: it is out of the queue, and no push brings it back', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  waiter.cancel();
  waiter.cancel();
  await stage.next('release').answer('cancelled');
  await stage.pass(20_000);
  expect([stage.names, waiter.answers]).toEqual([[], 0]);
});

test('while a sign of life is on its way that then says it is its turn: it is given back', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(3_000);
  const tend = stage.next('tend');
  waiter.cancel();
  const release = stage.next('release');
  await tend.answer(stage.tended(ownerReply(waiter.id, 9, stage.serverTime + 3_000, stage.serverTime)));
  await release.answer('released');
  expect([waiter.answers, new Set(stage.calls.map(({ args }) => args[1]))]).toEqual([0, new Set([waiter.id])]);
});

test('while its grant is confirmed: it is released', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.wake(waiter.id, { sentAt: stage.serverTime + 60_000 });
  const renew = stage.next('renew');
  waiter.cancel();
  expect(stage.next('release').args[1]).toBe(waiter.id);
  await renew.answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  await stage.pass(20_000);
  expect([waiter.answers, stage.names]).toEqual([0, []]);
});

test('after the grant: it is a release', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  hold.cancel();
  hold.cancel();
  expect([stage.names, hold.grant!.isValid(), hold.losses]).toEqual([['release'], false, []]);
});

test('a release of a place in the queue is tried until the server would have forgotten it', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  waiter.cancel();
  let tries = 0;
  for (let passed = 0; passed < 20_000; passed += 5) {
    if (stage.calls.length > 0) {
      tries++;
      await stage.next('release').fail('LOADING Redis is loading the dataset in memory');
    }
    await stage.pass(5);
  }
  expect([tries > 10, stage.names]).toEqual([true, []]);
});

test('when the server says that it is not allowed, it is not asked again', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  waiter.cancel();
  await stage.next('release').fail('NOPERM this user has no permissions');
  await stage.pass(20_000);
  expect(stage.names).toEqual([]);
});
