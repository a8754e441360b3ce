/** A server's clock that is set: leases get no longer, order and tokens stay as they were. */
import { LEASE, type ScriptProcess } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

const granted = async (process: ScriptProcess, id: string) => {
  const reply = await process.acquire(id);
  if (reply.type !== 'granted') throw new Error(`${id} is ${reply.type}`);
  return reply;
};

test('tokens grow through steps of the clock, forth and back', async () => {
  const tokens: number[] = [];
  for (const step of [0, 60_000, -180_000, 0.001, 0, 3_600_000, -7_200_000]) {
    await stage.pass(step);
    tokens.push((await granted(a, `a-${tokens.length}`)).token);
    await a.release(`a-${tokens.length - 1}`);
  }
  expect(tokens).toEqual([...new Set(tokens)].sort((one, other) => one - other));
});

test('tickets do too, and turns stay in order', async () => {
  await granted(a, 'a-0');
  for (const [i, step] of [0, 5_000, -9_000, 0, 1].entries()) {
    await stage.pass(step);
    expect(await b.acquire(`b-${i}`)).toMatchObject({ type: 'queued', ahead: i });
  }
  expect((await a.inspect()).next.map(({ id }) => id)).toEqual(['b-0', 'b-1', 'b-2', 'b-3', 'b-4']);
});

test('a ticket is not given out twice, also when its waiter has left', async () => {
  await granted(a, 'a-1');
  const { ticket } = (await b.acquire('b-1')) as { ticket: number };
  await b.release('b-1');
  await stage.pass(-5);
  expect(await b.acquire('b-2')).toMatchObject({ type: 'queued', ahead: 0, ticket: ticket + 1 });
});

test('a line that outlives the state goes on counting where it was', async () => {
  const { token } = await granted(a, 'a-1');
  const { ticket } = (await b.acquire('b-1')) as { ticket: number };
  await stage.redis.del(stage.keys.state);
  await stage.pass(-5);
  await a.renew('a-1', token);
  expect(await b.acquire('b-2')).toMatchObject({ type: 'queued', ahead: 1, ticket: ticket + 1 });
});

test('a clock set back makes no lease longer than it was meant to be, from when that is seen', async () => {
  await granted(a, 'a-1');
  await stage.pass(-180_000);
  expect((await b.inspect()).owner?.leaseEnd).toBe(stage.now + LEASE);
  await b.acquire('b-1', { wait: false });
  await stage.pass(LEASE - 1);
  expect(await b.acquire('b-2', { wait: false })).toMatchObject({ type: 'busy' });
  await stage.pass(1);
  expect(await b.acquire('b-3', { wait: false })).toMatchObject({ type: 'granted' });
});

test('the holder goes on renewing after a clock was set back', async () => {
  const { token } = await granted(a, 'a-1');
  await stage.pass(-180_000);
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'renewed', leaseEnd: stage.now + LEASE });
});

test('a clock set forth ends a lease early, and the holder is refused before or after another was granted', async () => {
  const { token } = await granted(a, 'a-1');
  await stage.pass(60_000);
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
  expect(await b.acquire('b-1')).toMatchObject({ type: 'granted' });
  expect(await a.renew('a-1', token)).toMatchObject({ type: 'refused' });
});

test('microseconds of every length make right times', async () => {
  for (const us of [1, 10, 999, 1_000, 99_999, 100_000, 999_999]) {
    await stage.reset();
    await stage.pass(us / 1_000);
    expect(await granted(a, 'a-1')).toMatchObject({ token: stage.nowUs, now: stage.now, leaseEnd: stage.now + LEASE });
    await a.release('a-1');
  }
});
