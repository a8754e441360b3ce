/**
 * The short ways of acquire and release, for those who meet nobody: they lead to the same place as the long ones, and only those
 * who meet nobody take them.
 */
import { HANDOFF_LEASE, LEASE } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

/** A lock that was had before, and is free. */
async function used(): Promise<void> {
  await a.acquire('a-0');
  await a.release('a-0');
  await stage.pass(1);
}

/** How often the server looked for the next in line meanwhile: only the long ways do. */
async function looks(work: () => Promise<unknown>): Promise<number> {
  await stage.redis.config('RESETSTAT');
  await work();
  const stats = await stage.redis.info('commandstats');
  return Number(/^cmdstat_zpopmin:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}

test('a short grant is told, and leaves the state, as a long one is', async () => {
  await used();
  const { e, ...before } = await stage.redis.hgetall(stage.keys.state);
  const replies: unknown[] = [];
  const states: unknown[] = [];
  for (const period of [e!, 'another']) {
    await stage.redis.hset(stage.keys.state, { ...before, e: period });
    const looked = await looks(async () => replies.push(await b.acquire('b-1')));
    expect(looked).toBe(period === e ? 0 : 1);
    states.push(await stage.redis.hgetall(stage.keys.state));
  }
  expect(replies[0]).toEqual({ type: 'granted', token: stage.nowUs, now: stage.now, leaseEnd: stage.now + LEASE });
  expect(replies[1]).toEqual(replies[0]);
  expect(states[1]).toEqual(states[0]);
});

test('a lease of a fraction of a millisecond more is told as it was asked for, in whole ones', async () => {
  await used();
  expect(await a.acquire('a-1', { lease: LEASE + 0.5 })).toMatchObject({ leaseEnd: stage.now + LEASE + 1 });
  expect((await a.inspect()).owner?.leaseEnd).toBe(stage.now + LEASE + 1);
});

test.each([
  ['in the microsecond of the last grant', 0],
  ['after the clock was set back', -500],
])('a grant %s takes the long way, and its token is greater', async (_when, step) => {
  await used();
  await a.acquire('a-1');
  await a.release('a-1');
  const last = stage.nowUs;
  await stage.pass(step);
  expect(await looks(() => a.acquire('a-2'))).toBe(1);
  expect(await stage.redis.hget(stage.keys.state, 't')).toBe(String(last + 1));
});

test('nobody barges after a loss of the state alone', async () => {
  await used();
  await a.acquire('a-1');
  await b.acquire('b-1');
  await stage.redis.del(stage.keys.state);
  await stage.pass(1);
  expect(await a.acquire('a-2')).toMatchObject({ type: 'queued', owner: { id: 'b-1' } });
});

test('a release for which somebody waits takes the long way', async () => {
  await used();
  await a.acquire('a-1');
  expect(await looks(() => a.release('a-1'))).toBe(0);
  await a.acquire('a-2');
  await b.acquire('b-1');
  expect(await looks(() => a.release('a-2'))).toBe(1);
  expect(await b.heard()).toEqual(['b-1']);
});

test('a short grant wipes out to whom the one before was pushed', async () => {
  await used();
  await a.acquire('a-1');
  await b.acquire('b-1');
  await a.release('a-1');
  await b.release('b-1');
  expect(await stage.redis.hget(stage.keys.state, 'u')).toBe(b.settings.channel);
  await stage.pass(1);
  expect(await looks(() => a.acquire('a-2', { lease: HANDOFF_LEASE }))).toBe(0);
  await b.acquire('b-2');
  await stage.pass(HANDOFF_LEASE);
  expect(await a.acquire('a-3')).toMatchObject({ type: 'queued', owner: { id: 'b-2' } });
});
