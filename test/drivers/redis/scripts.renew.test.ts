/** Renewing: prolongs, confirms, refuses what is over, and takes a holder back that the server forgot. */
import { HANDOFF_LEASE, LEASE, START } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

const token = START * 1_000;

test('the lease begins anew', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE - 1);
  expect(await a.renew('a-1', token)).toEqual({ type: 'renewed', now: stage.now, leaseEnd: stage.now + LEASE });
  await stage.pass(LEASE - 1);
  expect(await b.inspect()).toMatchObject({ owner: { id: 'a-1', token, acquiredAt: START, leaseEnd: stage.now + 1 } });
});

test('a pushed grant is confirmed: full lease, and its process is not suspect', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  const { ticket } = (await b.acquire('b-2')) as { ticket: number };
  await a.release('a-1');
  expect(await stage.redis.hget(stage.keys.state, 'u')).toBe(b.settings.channel);
  await b.renew('b-1', token + 1);
  expect(await stage.redis.hget(stage.keys.state, 'u')).toBe('');
  await stage.pass(HANDOFF_LEASE + 1);
  expect(await a.inspect()).toMatchObject({ owner: { id: 'b-1' } });
  await a.tend({ 'a-9': ticket + 1 });
  await b.release('b-1');
  expect(await b.heard()).toEqual(['b-1', 'b-2']);
});

test('what the holder says about itself is replaced', async () => {
  await a.acquire('a-1');
  await a.renew('a-1', token, '{"label":"other"}');
  expect((await b.inspect()).owner?.info).toBe('{"label":"other"}');
});

test('a lease that ran out is refused, though nobody has the lock', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE);
  expect(await a.renew('a-1', token)).toEqual({ type: 'refused', now: stage.now });
  expect((await a.inspect()).owner).toBeUndefined();
});

test('it is refused when somebody was granted since, is now or was', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE);
  await b.acquire('b-1');
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
  await b.release('b-1');
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
  expect((await a.inspect()).owner).toBeUndefined();
});

test('a renewal that is overtaken by the release does not take the lock again', async () => {
  await a.acquire('a-1');
  await a.release('a-1');
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
  expect((await a.inspect()).owner).toBeUndefined();
});

test('a server that forgot everything takes the holder back, with its token', async () => {
  await a.acquire('a-1');
  await stage.pass(100);
  await stage.forget();
  expect(await a.renew('a-1', token)).toEqual({ type: 'renewed', now: stage.now, leaseEnd: stage.now + LEASE });
  const owner = { id: 'a-1', token, acquiredAt: START, leaseEnd: stage.now + LEASE, info: '{"label":"a-1"}' };
  expect(await b.acquire('b-1')).toMatchObject({ type: 'queued', owner });
});

test('it does not, if it granted the lock since', async () => {
  await a.acquire('a-1');
  await stage.pass(100);
  await stage.forget();
  await b.acquire('b-1');
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
  expect(await b.inspect()).toMatchObject({ owner: { id: 'b-1' } });
});

test('a server that fell back to an earlier time takes the newer holder, and no more for its own waiter', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  const copy = await Promise.all(stage.keys.all.map((key) => stage.redis.dumpBuffer(key)));
  await stage.pass(10);
  await a.release('a-1');
  for (const [i, key] of stage.keys.all.entries()) await stage.redis.restore(key, 0, copy[i]!, 'REPLACE');
  expect(await a.inspect()).toMatchObject({ owner: { id: 'a-1' }, depth: 1 });

  expect(await b.renew('b-1', stage.nowUs)).toMatchObject({ type: 'renewed' });
  expect(await a.inspect()).toMatchObject({ owner: { id: 'b-1', token: stage.nowUs }, depth: 0, next: [] });
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
});
