/** Asking: granted at once, queued by arrival, refused; and asked twice. */
import { LEASE, START } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

const owner = (id: string, at = START) => ({
  id,
  token: at * 1_000,
  leaseEnd: at + LEASE,
  acquiredAt: at,
  info: `{"label":"${id}"}`,
});

test('a free lock is granted, with the time as its token, and leaves nothing but its state', async () => {
  const granted = { type: 'granted', token: START * 1_000, leaseEnd: START + LEASE, now: START };
  expect(await a.acquire('a-1')).toEqual(granted);
  expect(await stage.left()).toEqual([stage.keys.state]);
  expect(await a.inspect()).toEqual({ now: START, owner: owner('a-1'), depth: 0, next: [] });
});

test('the holder that asks again is told its grant again', async () => {
  const granted = await a.acquire('a-1');
  await stage.pass(100);
  expect(await a.acquire('a-1')).toEqual({ ...granted, now: START + 100 });
});

test('a held lock queues, in the order of arrival, and says who holds', async () => {
  await a.acquire('a-1');
  await stage.pass(5);
  const place = { type: 'queued', owner: owner('a-1'), now: START + 5 };
  expect(await b.acquire('b-1')).toEqual({ ...place, ahead: 0, ticket: stage.nowUs });
  expect(await a.acquire('a-2')).toEqual({ ...place, ahead: 1, ticket: stage.nowUs + 1 });
  expect((await a.inspect()).next).toEqual([
    { id: 'b-1', ticket: stage.nowUs, info: '{"label":"b-1"}' },
    { id: 'a-2', ticket: stage.nowUs + 1, info: '{"label":"a-2"}' },
  ]);
});

test('a waiter that asks again keeps its one place', async () => {
  await a.acquire('a-1');
  const first = await b.acquire('b-1');
  await a.acquire('a-2');
  await stage.pass(10);
  expect(await b.acquire('b-1')).toEqual({ ...first, now: START + 10 });
  expect(await a.inspect()).toMatchObject({ depth: 2 });
});

test('a waiter that asks again is not counted against the longest line', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1', { maxQueue: 1 });
  expect(await b.acquire('b-1', { maxQueue: 1 })).toMatchObject({ type: 'queued', ahead: 0 });
});

test('an attempt that does not wait is refused, told of the line, and leaves nothing', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1');
  const busy = { type: 'busy', ahead: 1, owner: owner('a-1'), now: START };
  expect(await b.acquire('b-2', { wait: false })).toEqual(busy);
  expect(await a.inspect()).toMatchObject({ depth: 1 });
});

test('a line that is full is not joined', async () => {
  await a.acquire('a-1');
  await b.acquire('b-1', { maxQueue: 1 });
  expect(await b.acquire('b-2', { maxQueue: 1 })).toEqual({ type: 'full', ahead: 1, owner: owner('a-1'), now: START });
  expect(await b.acquire('b-3', { maxQueue: 0 })).toMatchObject({ type: 'full' });
  expect(await b.acquire('b-4', { maxQueue: 2 })).toMatchObject({ type: 'queued', ahead: 1 });
});

test('an attempt that does not wait gets the free lock also when the longest line is none', async () => {
  expect(await a.acquire('a-1', { wait: false, maxQueue: 0 })).toMatchObject({ type: 'granted' });
});

test.each([true, false])('nobody barges when a lease has run out: the line goes first (wait: %s)', async (wait) => {
  await a.acquire('a-1');
  await stage.pass(LEASE - 1);
  await b.acquire('b-1');
  await stage.pass(1);
  const reply = await a.acquire('a-2', { wait });
  expect(reply).toMatchObject({ type: wait ? 'queued' : 'busy', ahead: 0, owner: { id: 'b-1', token: stage.nowUs } });
  expect(await b.heard()).toEqual(['b-1']);
});

test('a newcomer gets the lock when all of the line are dead', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE - 1);
  await b.acquire('b-1');
  await b.deaf();
  await stage.pass(1);
  expect(await a.acquire('a-2')).toMatchObject({ type: 'granted', leaseEnd: stage.now + LEASE });
  expect(await stage.left()).toEqual([stage.keys.state]);
  await b.hear();
});

test('a holder whose lease ran out gets a new grant, not the old one', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE);
  expect(await a.acquire('a-1')).toMatchObject({ type: 'granted', token: stage.nowUs, leaseEnd: stage.now + LEASE });
});

test('a lease is held to its last millisecond', async () => {
  await a.acquire('a-1');
  await stage.pass(LEASE - 1);
  expect(await b.acquire('b-1', { wait: false })).toMatchObject({ type: 'busy' });
  await stage.pass(1);
  expect(await b.acquire('b-1', { wait: false })).toMatchObject({ type: 'granted' });
});
