/** Whom the lock passes over, and at what price: dead channels at none, silent processes at one hand-off lease. */
import { HANDOFF_LEASE, LEASE, WAITER_TTL } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

test('waiters whose channel nobody listens to are passed over in one step', async () => {
  await a.acquire('a-1');
  for (let i = 1; i <= 5; i++) await b.acquire(`b-${i}`);
  await a.acquire('a-2');
  await b.deaf();
  await a.release('a-1');
  expect(await a.inspect()).toMatchObject({ owner: { id: 'a-2', token: stage.nowUs + 1 }, depth: 0 });
  expect(await stage.left()).toEqual([stage.keys.state]);
  await b.hear();
});

test('where receivers are not counted, a dead channel costs a hand-off lease', async () => {
  const blind = await stage.process('blind', false);
  await blind.acquire('blind-1');
  await b.acquire('b-1');
  await b.deaf();
  await blind.release('blind-1');
  expect(await a.inspect()).toMatchObject({ owner: { id: 'b-1', leaseEnd: stage.now + HANDOFF_LEASE } });
  await b.hear();
});

test('a waiter without a sign of life for its time is passed over', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await stage.pass(WAITER_TTL);
  await a.acquire('a-2');
  await stage.pass(1);
  await a.release('a-1');
  expect(await b.heard()).toEqual([]);
  expect(await a.heard()).toEqual(['a-2']);
});

test('at the last moment of its time it is not', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await stage.pass(WAITER_TTL);
  await a.release('a-1');
  expect(await b.heard()).toEqual(['b-1']);
});

test('a process that lets a pushed grant run out costs one hand-off lease, not one for each waiter', async () => {
  await a.acquire('a-1');
  for (let i = 1; i <= 5; i++) await b.acquire(`b-${i}`);
  const last = (await a.acquire('a-2')) as { ticket: number };
  await a.release('a-1');
  await stage.pass(HANDOFF_LEASE);
  expect(await a.tend({ 'a-2': last.ticket })).toMatchObject({ owner: { id: 'a-2' }, depth: 0 });
  expect(await b.heard()).toEqual(['b-1']);
});

test('those of its waiters that were heard of since are not passed over', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await b.acquire('b-2');
  const third = (await b.acquire('b-3')) as { ticket: number };
  await a.release('a-1');
  await stage.pass(1);
  await b.tend({ 'b-3': third.ticket });
  await stage.pass(HANDOFF_LEASE - 1);
  expect(await a.acquire('a-2')).toMatchObject({ type: 'queued', ahead: 0, owner: { id: 'b-3' } });
});

test('a process that gave its pushed grant back unrenewed is not suspect', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await b.acquire('b-2');
  await a.release('a-1');
  await b.release('b-1');
  expect(await b.heard()).toEqual(['b-1', 'b-2']);
});

test('nor when it asks again in the millisecond of the grant', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await a.release('a-1');
  await b.release('b-1');
  expect(await b.tend({ 'b-2': stage.nowUs })).toMatchObject({ owner: { id: 'b-2' } });
});

test('a process whose holder ran out is not suspect when it had taken the lock itself', async () => {
  await b.acquire('b-1');
  await stage.pass(LEASE - 1);
  await b.acquire('b-2');
  await stage.pass(1);
  await a.acquire('a-1');
  expect(await b.heard()).toEqual(['b-2']);
});

test.each(['nonsense', undefined])('a waiter whose record is %j is passed over', async (record) => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await b.acquire('b-2');
  if (record === undefined) await stage.redis.hdel(stage.keys.waiters, 'b-1');
  else await stage.redis.hset(stage.keys.waiters, 'b-1', record);
  await a.release('a-1');
  expect(await b.heard()).toEqual(['b-2']);
});
