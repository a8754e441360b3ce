/** Tending: signs of life, taking over what has run out, and bringing back what the server forgot. */
import { HANDOFF_LEASE, LEASE, type ScriptProcess, START, WAITER_TTL } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

const owner = { id: 'a-1', token: START * 1_000, leaseEnd: START + LEASE, acquiredAt: START, info: '{"label":"a-1"}' };

/** The ticket of a waiter. */
async function ticketOf(process: ScriptProcess, id: string): Promise<number> {
  const reply = await process.acquire(id);
  if (reply.type !== 'queued') throw new Error(`${id} is ${reply.type}`);
  return reply.ticket;
}

test('while the lock is held it tells who holds and how long the line is, and moves nobody', async () => {
  await a.acquire('a-1');
  const ticket = await ticketOf(b, 'b-1');
  await stage.pass(10);
  expect(await b.tend({ 'b-1': ticket }, owner)).toEqual({ now: stage.now, owner, depth: 1 });
  expect((await a.inspect()).next.map(({ id, ticket }) => [id, ticket])).toEqual([['b-1', ticket]]);
});

test('a waiter is believed in as long as it is tended', async () => {
  await a.acquire('a-1');
  const kept = await ticketOf(b, 'b-1');
  const left = await ticketOf(a, 'a-2');
  expect(left).toBeGreaterThan(kept);
  await stage.pass(WAITER_TTL - 1);
  await a.tend({ 'a-2': left });
  await stage.pass(2);
  await a.release('a-1');
  expect(await b.heard()).toEqual([]);
  expect(await a.heard()).toEqual(['a-2']);
});

test('a lease that has run out is taken over by the first in line, whoever tends', async () => {
  await a.acquire('a-1');
  const first = await ticketOf(a, 'a-2');
  const second = await ticketOf(b, 'b-1');
  await stage.pass(LEASE - 1);
  await a.tend({ 'a-2': first });
  await b.tend({ 'b-1': second });
  await stage.pass(1);
  const reply = await b.tend({ 'b-1': second });
  expect(reply).toMatchObject({
    owner: { id: 'a-2', token: stage.nowUs, leaseEnd: stage.now + HANDOFF_LEASE },
    depth: 1,
  });
  expect(await a.heard()).toEqual(['a-2']);
});

test('a tend that finds its own waiter granted says so, and does not queue it again', async () => {
  await a.acquire('a-1');
  const ticket = await ticketOf(b, 'b-1');
  await a.release('a-1');
  expect(await b.tend({ 'b-1': ticket })).toMatchObject({ owner: { id: 'b-1', token: START * 1_000 + 1 }, depth: 0 });
});

test('a waiter whose wake-up was lost and whose grant ran out comes back to its place', async () => {
  await a.acquire('a-1');
  const lost = await ticketOf(b, 'b-1');
  const next = await ticketOf(b, 'b-2');
  await a.release('a-1');
  await stage.pass(HANDOFF_LEASE);
  expect(await b.tend({ 'b-1': lost, 'b-2': next })).toMatchObject({
    owner: { id: 'b-1', token: stage.nowUs },
    depth: 1,
  });
});

test('after a loss of all the known holder comes back first, then the waiters with the tickets they had', async () => {
  await a.acquire('a-1');
  const early = await ticketOf(b, 'b-1');
  const late = await ticketOf(a, 'a-2');
  await stage.pass(10);
  await stage.forget();
  expect(await a.tend({ 'a-2': late }, owner)).toEqual({ now: stage.now, owner, depth: 1 });
  expect(await b.tend({ 'b-1': early }, owner)).toEqual({ now: stage.now, owner, depth: 2 });
  expect((await a.inspect()).next.map(({ ticket }) => ticket)).toEqual([early, late]);
  expect(await a.renew('a-1', owner.token)).toMatchObject({ type: 'renewed' });
  await a.release('a-1');
  expect(await b.heard()).toEqual(['b-1']);
});

test('after a loss of all a newcomer is behind those who come back', async () => {
  await a.acquire('a-1');
  await stage.pass(100);
  const ticket = await ticketOf(b, 'b-1');
  await stage.forget();
  await stage.pass(-50);
  await b.tend({ 'b-1': ticket }, owner);
  expect(await a.acquire('a-2')).toMatchObject({ type: 'queued', ahead: 1, ticket: ticket + 1 });
});

test('a known holder is not restored when its lease is over, when it gave back, or when somebody was granted since', async () => {
  await a.acquire('a-1');
  const ticket = await ticketOf(b, 'b-1');
  await stage.pass(LEASE);
  await stage.forget();
  expect(await b.tend({ 'b-1': ticket }, owner)).toMatchObject({ owner: { id: 'b-1' } });

  await stage.reset();
  await a.acquire('a-1');
  await stage.forget();
  expect(await a.release('a-1')).toBe('lost');
  expect(await b.tend({ 'b-1': ticket }, owner)).toMatchObject({ owner: { id: 'b-1' } });

  await stage.reset();
  await stage.pass(1);
  await a.acquire('a-7');
  expect(await b.tend({ 'b-1': ticket }, owner)).toMatchObject({ owner: { id: 'a-7' } });
});

test('without a known holder the line goes on after a loss of all', async () => {
  const tickets = { 'b-1': stage.nowUs - 2, 'b-2': stage.nowUs - 1 };
  expect(await b.tend(tickets)).toMatchObject({ owner: { id: 'b-1', token: stage.nowUs }, depth: 1 });
});

test.each(['state', 'queue', 'waiters'] as const)('the loss of the %s alone is made good', async (key) => {
  await a.acquire('a-1');
  const tickets = { 'b-1': await ticketOf(b, 'b-1'), 'b-2': await ticketOf(b, 'b-2') };
  await stage.redis.del(stage.keys[key]);
  expect(await b.tend(tickets, owner)).toEqual({ now: START, owner, depth: 2 });
  await a.renew('a-1', owner.token);
  await a.release('a-1');
  await b.release('b-1');
  expect(await b.heard()).toEqual(['b-1', 'b-2']);
});

test('a process without waiters changes nothing and leaves nothing', async () => {
  expect(await a.tend({})).toEqual({ now: START, owner: undefined, depth: 0 });
  expect(await stage.left()).toEqual([]);
});
