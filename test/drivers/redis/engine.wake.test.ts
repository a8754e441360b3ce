/**
 * The turn of a waiter, in every order in which the push, the sign of life and the answers can come.
 */
import { clock } from '../../support/controlled-clock.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';
import { ownerReply, Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

const missed = (stage: Stage): number => stage.heard.filter(({ type }) => type === 'missed-wake').length;

test('a push carries the grant: no command is sent for it', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  expect(waiter.places).toMatchObject([{ ahead: 0, holder: { id: 'other-1', label: 'other', fencingToken: 5n } }]);
  const queuedAt = clock.time;
  await stage.pass(1_000);
  await stage.wake(waiter.id);
  expect([waiter.grant?.fencingToken, stage.names]).toEqual([9n, []]);
  // Counted from when the question was sent, less the margin of 1 % of the whole time since then.
  expect(waiter.grant!.deadline).toBeCloseTo(queuedAt + 4_000 - 40, 6);
});

test('a push that overtakes the answer to the question waits for it', async () => {
  const stage = await Stage.ready();
  const waiter = stage.attempt();
  const asked = stage.next('acquire');
  await stage.wake(asked.args[1]!);
  expect(waiter.grant).toBeUndefined();
  const owner = ownerReply('other-1', 5, stage.serverTime + 15_000, stage.serverTime);
  await asked.answer(['queued', stage.serverTime, 0, owner, String(stage.serverTime * 1_000)]);
  expect([waiter.places.length, waiter.grant?.fencingToken, stage.names]).toEqual([1, 9n, []]);
});

test('a grant that is told twice, by push and by sign of life, is one', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(3_000);
  const tend = stage.next('tend');
  await stage.wake(waiter.id);
  const { grant } = waiter;
  await tend.answer(stage.tended(ownerReply(waiter.id, 9, stage.serverTime + 3_000, stage.serverTime)));
  expect([grant?.fencingToken, waiter.answers, waiter.grant === grant, stage.names]).toEqual([9n, 1, true, []]);
});

test('a sign of life finds the grant whose push was lost, and says so', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(3_000);
  const owner = ownerReply(waiter.id, 9, stage.serverTime + 2_800, stage.serverTime - 200);
  await stage.next('tend').answer(stage.tended(owner));
  expect([waiter.grant?.fencingToken, missed(stage)]).toEqual([9n, 1]);
  await stage.wake(waiter.id);
  expect([waiter.answers, stage.names]).toEqual([1, []]);
});

test.each([
  { age: 240, lost: 0 },
  { age: 270, lost: 1 },
])('an answer took 250 ms: a push that is $age ms old counts $lost times as lost', async ({ age, lost }) => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(3_000);
  const tend = stage.next('tend');
  await stage.pass(250);
  const owner = ownerReply(waiter.id, 9, stage.serverTime + 2_700, stage.serverTime - age);
  await tend.answer(stage.tended(owner));
  expect([waiter.grant?.fencingToken, missed(stage)]).toEqual([9n, lost]);
});

test('a sign of life that takes the lock over is no lost push', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter(1_000);
  await stage.pass(1_035);
  const owner = ownerReply(waiter.id, 9, stage.serverTime + 3_000, stage.serverTime);
  await stage.next('tend').answer(stage.tended(owner));
  expect([waiter.grant?.fencingToken, missed(stage)]).toEqual([9n, 0]);
});

test('one sign of life for all waiters of a lock: when the holder has run out, or after one hand-off lease', async () => {
  const stage = await Stage.ready();
  const waiters = [await stage.waiter(), await stage.waiter(), await stage.waiter()];
  await stage.pass(2_995);
  expect(stage.names).toEqual([]);
  await stage.pass(5);
  const tend = stage.next('tend');
  expect([1, 6, 10, 14].map((i) => tend.args[i])).toEqual(['other-1', ...waiters.map(({ id }) => id)]);
  await tend.answer(stage.tended(ownerReply('other-1', 5, stage.serverTime + 1_000, stage.serverTime)));
  await stage.pass(1_000);
  expect(stage.names).toEqual([]);
  await stage.pass(35);
  expect(stage.names).toEqual(['tend']);
});

test('a push from a server whose clock was set forward is confirmed before it is believed', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.wake(waiter.id, { sentAt: stage.serverTime + 60_000 });
  expect(waiter.grant).toBeUndefined();
  const renew = stage.next('renew');
  expect(renew.args).toEqual([waiter.id, '15000', '9', expect.any(String)]);
  await renew.answer(['renewed', stage.serverTime + 60_000, stage.serverTime + 75_000]);
  expect(waiter.grant?.deadline).toBeCloseTo(clock.time + 15_000 - 150, 6);
});

test('a push that was read late is confirmed; refused, the waiter goes back to its place', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  const sentAt = stage.serverTime;
  stage.stall(2_000);
  await stage.wake(waiter.id, { sentAt });
  await stage.next('renew').answer(['refused', stage.serverTime]);
  expect(waiter.answers).toBe(0);
  await stage.pass(50);
  const tend = stage.next('tend');
  expect([tend.args[6], tend.args[7]]).toEqual([waiter.id, String(sentAt * 1_000)]);
  await tend.answer(stage.tended(ownerReply(waiter.id, 12, stage.serverTime + 3_000, stage.serverTime)));
  expect([waiter.grant?.fencingToken, waiter.places.length, missed(stage)]).toEqual([12n, 1, 0]);
});

test('a confirmation without an answer: the waiter looks again', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.wake(waiter.id, { sentAt: stage.serverTime + 60_000 });
  await stage.next('renew').fail('no answer');
  await stage.pass(50);
  await stage.next('tend').answer(stage.tended(ownerReply(waiter.id, 9, stage.serverTime + 3_000, stage.serverTime)));
  expect(waiter.grant?.fencingToken).toBe(9n);
});

test('a grant that arrives when its lease is nearly over is prolonged before anybody is told', async () => {
  const stage = await Stage.ready();
  const attempt = stage.attempt();
  const asked = stage.next('acquire');
  const server = stage.serverTime;
  stage.stall(14_000);
  await asked.answer(['granted', server, '7', server + 15_000]);
  expect(attempt.grant).toBeUndefined();
  await stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  expect(attempt.grant?.isValid()).toBe(true);
});

test('a push for a waiter that nobody here knows is given back; for one of another process it is none of ours', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  const process = waiter.id.slice(0, -2);
  await stage.wake(`${process}-zz`);
  expect(stage.next('release').args[1]).toBe(`${process}-zz`);
  await stage.wake('somebody-else');
  await stage.wake('');
  stage.events.message('not a push');
  await turn();
  expect([stage.names, waiter.answers]).toEqual([[], 0]);
});
