/** Giving back and giving up: who gets the lock, who is told, what is left; and each of it sent twice. */
import { HANDOFF_LEASE, LEASE, LOCK, START } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

test('a lock that nobody waits for is free, and leaves nothing but its state', async () => {
  await a.acquire('a-1');
  expect(await a.release('a-1')).toBe('released');
  expect(await b.inspect()).toEqual({ now: START, owner: undefined, depth: 0, next: [] });
  expect(await stage.left()).toEqual([stage.keys.state]);
});

test('the first waiter is the holder in the same step, for the hand-off lease, and it alone is told', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await a.acquire('a-2');
  await stage.pass(50);
  expect(await a.release('a-1')).toBe('released');
  const grant = { id: 'b-1', token: stage.nowUs, leaseEnd: stage.now + HANDOFF_LEASE };
  expect(await a.inspect()).toMatchObject({
    owner: { ...grant, acquiredAt: stage.now, info: '{"label":"b-1"}' },
    depth: 1,
  });
  expect(await b.heard()).toEqual(['b-1']);
  expect(b.wakes).toEqual([{ ...grant, now: stage.now, resource: LOCK }]);
  expect(await a.heard()).toEqual([]);
});

test('a waiter that wants less than the hand-off lease gets what it wants', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1', { lease: 1_000 });
  await a.release('a-1');
  expect(await a.inspect()).toMatchObject({ owner: { id: 'b-1', leaseEnd: START + 1_000 } });
});

test('twenty waiters of two processes get it in the order in which they came', async () => {
  await a.acquire('a-0');
  const order = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? `a-${i + 1}` : `b-${i + 1}`));
  for (const id of order) await (id.startsWith('a') ? a : b).acquire(id);
  const served: string[] = [];
  const tokens: number[] = [];
  for (let holder = 'a-0'; ; holder = served.at(-1)!) {
    expect(await a.release(holder)).toBe('released');
    const { owner } = await a.inspect();
    if (owner === undefined) break;
    served.push(owner.id);
    tokens.push(owner.token);
  }
  expect(served).toEqual(order);
  expect(tokens).toEqual(order.map((_, i) => START * 1_000 + 1 + i));
  expect([...(await a.heard()), ...(await b.heard())].sort()).toEqual([...order].sort());
  expect(await stage.left()).toEqual([stage.keys.state]);
});

test.each(['released', 'handed over'])('a release that is sent twice tells the same (%s)', async (how) => {
  await a.acquire('a-1');
  if (how === 'handed over') await b.acquire('b-1');
  expect(await a.release('a-1')).toBe('released');
  expect(await a.release('a-1')).toBe('released');
  expect((await a.inspect()).owner?.id).toBe(how === 'handed over' ? 'b-1' : undefined);
});

test('a waiter that gives up leaves no trace, and the next one moves up', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await b.acquire('b-2');
  expect(await b.release('b-1')).toBe('cancelled');
  expect(await stage.redis.hkeys(stage.keys.waiters)).toEqual(['b-2']);
  expect(await b.release('b-1')).toBe('lost');
  await a.release('a-1');
  expect(await b.heard()).toEqual(['b-2']);
});

test('giving up when the grant was on its way hands it on', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  await a.acquire('a-2');
  await a.release('a-1');
  expect(await b.release('b-1')).toBe('released');
  expect(await a.heard()).toEqual(['a-2']);
});

test('whoever never asked changes nothing', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  expect(await b.release('b-9')).toBe('lost');
  expect(await a.inspect()).toMatchObject({ owner: { id: 'a-1' }, depth: 1 });
});

test('a lease that ran out is released if nobody was granted since, and lost otherwise', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE + 1);
  expect(await a.release('a-1')).toBe('released');
  await a.acquire('a-2');
  await stage.pass(LEASE + 1);
  await b.acquire('b-1');
  expect(await a.release('a-2')).toBe('lost');
  expect(await b.inspect()).toMatchObject({ owner: { id: 'b-1' } });
});

test('a lease that ran out is handed over by its late release', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE - 1);
  await b.acquire('b-1');
  await stage.pass(2);
  expect(await a.release('a-1')).toBe('released');
  expect(await b.heard()).toEqual(['b-1']);
});
