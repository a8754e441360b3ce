/**
 * The signs of life of a long line, which are sent in parts, and what those who wait are told by them.
 */
import { LockManager, LockTimeoutError, StatsRegistry } from 'lockmeter';
import type { RedisReply } from '../../../src/drivers/redis/connection.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { type Attempt, type Call, ownerReply, Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

/** How many waiters one request is for. */
const PART = 500;

/** Which of `waiters` it speaks for. */
function spokenFor(tend: Call, waiters: readonly Attempt[]): number[] {
  const said = new Set(tend.args);
  return Array.from(waiters.keys()).filter((i) => said.has(waiters[i]!.id));
}

const range = (from: number, to: number, without: number[] = []): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i).filter((i) => !without.includes(i));

/** Takes out the oldest request of that name, whatever else was asked. */
function take({ calls }: Stage, name: string): Call | undefined {
  const place = calls.findIndex((call) => call.name === name);
  return place < 0 ? undefined : calls.splice(place, 1)[0];
}

/** Whoever holds, for long. */
const holder = (stage: Stage, label = 'other'): RedisReply => {
  const [id, token, end, at] = ownerReply(`${label}-1`, 5, stage.serverTime + 60_000, stage.serverTime) as RedisReply[];
  return [id!, token!, end!, at!, JSON.stringify({ label, host: 'api-3', pid: 7 })];
};

test('a long line is spoken for in parts, and whoever leaves in between is not brought back', async () => {
  const stage = await Stage.ready();
  const waiters: Attempt[] = [];
  for (let i = 0; i < 2 * PART + 100; i++) waiters.push(await stage.waiter());
  await stage.pass(3_000);
  const first = stage.next('tend');
  expect(spokenFor(first, waiters)).toEqual(range(0, PART));
  for (const i of [10, PART + 10, 2 * PART + 10]) waiters[i]!.cancel();
  for (let i = 0; i < 3; i++) await stage.next('release').answer('cancelled');
  await first.answer(stage.tended(holder(stage)));
  const second = stage.next('tend');
  expect(spokenFor(second, waiters)).toEqual(range(PART, 2 * PART + 1, [PART + 10]));
  // One has its turn meanwhile, one goes, and one comes.
  await stage.wake(waiters[2 * PART + 20]!.id);
  waiters[2 * PART + 30]!.cancel();
  await stage.next('release').answer('cancelled');
  waiters.push(await stage.waiter());
  await second.answer(stage.tended(holder(stage)));
  const third = stage.next('tend');
  const gone = [2 * PART + 10, 2 * PART + 20, 2 * PART + 30];
  expect(spokenFor(third, waiters)).toEqual(range(2 * PART + 1, 2 * PART + 100, gone));
  await third.answer(stage.tended(holder(stage)));
  expect(stage.names).toEqual([]);

  await stage.pass(3_000);
  const all: number[] = [];
  for (let tend = take(stage, 'tend'); tend !== undefined; tend = take(stage, 'tend')) {
    all.push(...spokenFor(tend, waiters));
    await tend.answer(stage.tended(holder(stage)));
  }
  expect(all).toEqual(range(0, waiters.length, [10, PART + 10, ...gone]));
});

test('when the rest of a line has left, nothing more is sent for it', async () => {
  const stage = await Stage.ready();
  const waiters: Attempt[] = [];
  for (let i = 0; i < PART + 2; i++) waiters.push(await stage.waiter());
  await stage.pass(3_000);
  const tend = stage.next('tend');
  for (const waiter of waiters.slice(PART)) waiter.cancel();
  for (let i = 0; i < 2; i++) await stage.next('release').answer('cancelled');
  await tend.answer(stage.tended(holder(stage)));
  expect(stage.names).toEqual([]);
  await stage.pass(3_000);
  expect(stage.names).toEqual(['tend']);
});

test('whoever gives up is told who holds now, and not who did when it came', async () => {
  const stage = await Stage.ready();
  const locks = new LockManager({ driver: stage.driver, stats: new StatsRegistry() });
  const waiting = locks.run('stock', () => undefined, { timeout: 4_000 }).catch((reason: unknown) => reason);
  const came = [stage.serverTime, 3, holder(stage, 'before'), String(stage.serverTime * 1_000)];
  await stage.next('acquire').answer(['queued', ...came]);
  await stage.pass(3_000);
  await stage.next('tend').answer([stage.serverTime, 2, holder(stage, 'now')]);
  await stage.pass(1_000);
  const error = await waiting;
  expect(error).toBeInstanceOf(LockTimeoutError);
  expect(error).toMatchObject({ holderLabel: 'now', holderProcess: 'api-3:7', ahead: 1 });
  expect((error as Error).message).toContain('held by "now" (api-3:7)');
});

test('those ahead grow fewer, and never more', async () => {
  const stage = await Stage.ready();
  const waiter = stage.attempt();
  const ticket = String(stage.serverTime * 1_000);
  await stage.next('acquire').answer(['queued', stage.serverTime, 5, holder(stage), ticket]);
  for (const depth of [5, 9, 2, 0]) {
    await stage.pass(3_000);
    await stage.next('tend').answer([stage.serverTime, depth, holder(stage)]);
  }
  expect(waiter.places.map(({ ahead }) => ahead)).toEqual([5, 4, 4, 1, 0]);
});

test('one that comes back to its place is ahead of those behind it, as before', async () => {
  const stage = await Stage.ready();
  const [first, second] = [await stage.waiter(), stage.attempt()];
  const ticket = String(stage.serverTime * 1_000 + 1);
  await stage.next('acquire').answer(['queued', stage.serverTime, 5, holder(stage), ticket]);
  await stage.wake(first.id, { sentAt: stage.serverTime + 60_000 });
  await stage.next('renew').answer(['refused', stage.serverTime]);
  await stage.pass(50);
  await stage.next('tend').answer([stage.serverTime, 2, holder(stage)]);
  expect([first, second].map(({ places }) => places.at(-1)!.ahead)).toEqual([0, 1]);
});

test('one that gives up when another is told where it stands is told nothing more', async () => {
  const stage = await Stage.ready();
  const waiter = stage.attempt();
  const ticket = String(stage.serverTime * 1_000);
  await stage.next('acquire').answer(['queued', stage.serverTime, 5, holder(stage), ticket]);
  const other = await stage.waiter();
  waiter.queued = other.cancel;
  await stage.pass(3_000);
  await stage.next('tend').answer([stage.serverTime, 3, holder(stage)]);
  expect([other.places.length, stage.names]).toEqual([1, ['release']]);
});
