/** What locks leave in Redis, and for how long: nothing without an expiry, and no command to see to that. */
import { LEASE, WAITER_TTL } from './script-stage.js';
import { a, b, stage } from './two-processes.js';

const HOUR = 3_600_000;
const PERIOD = 10_000_000;

/** How often each command ran meanwhile. */
async function commandsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  await stage.redis.config('RESETSTAT');
  await work();
  const stats = (await stage.redis.info('commandstats')).matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm);
  const own = /^(config|info|eval|get$)/;
  return Object.fromEntries(
    [...stats].filter(([, name]) => !own.test(name!)).map(([, name, calls]) => [name, Number(calls)]),
  );
}

test('a lock that nobody else wants costs three commands in each of its two scripts, the second time', async () => {
  await a.acquire('a-1');
  await a.release('a-1');
  await stage.pass(1);
  const pair = () => a.acquire('a-2').then(() => a.release('a-2'));
  expect(await commandsOf(pair)).toEqual({ hmget: 1, hget: 1, zcard: 1, hset: 2 });
});

test('the state expires after a day, which begins anew once in a period in which a lease begins', async () => {
  // Where the expiry was set last, on the clock of the test; it is seen to be set by its having been shortened before.
  let expires = 0;
  const { state } = stage.keys;
  const noted = async (use: () => Promise<unknown>): Promise<boolean> => {
    await stage.redis.pexpire(state, HOUR);
    await use();
    const left = await stage.redis.pttl(state);
    if (left > HOUR) expires = stage.now + Math.round(left / HOUR) * HOUR;
    return left > HOUR;
  };
  const periods = new Set<number>();
  let set = 0;
  const begins = async (lease: () => Promise<unknown>): Promise<void> => {
    set += Number(await noted(lease));
    periods.add(Math.floor(stage.now / PERIOD));
    expect(set).toBe(periods.size);
    expect(expires - stage.now).toBeGreaterThan(21 * HOUR);
  };
  let token = 0;
  for (let i = 0; i < 60; i++) {
    await stage.pass(((i * 7) % 11) * HOUR * 0.31);
    const id = `a-${i}`;
    await begins(async () => {
      const reply = await a.acquire(id, { lease: 6 * HOUR });
      if (reply.type === 'granted') ({ token } = reply);
    });
    await stage.pass((i % 3) * 2 * HOUR);
    await begins(() => a.renew(id, token));
    await a.release(id);
  }
  expect(set).toBeLessThan(100);
});

test('a day begins anew also when the clock is set back', async () => {
  await a.acquire('a-1');
  await a.release('a-1');
  await stage.pass(-PERIOD);
  await stage.redis.pexpire(stage.keys.state, HOUR);
  await a.acquire('a-2');
  expect(await stage.redis.pttl(stage.keys.state)).toBeGreaterThan(HOUR);
});

test('the line expires three waiting times after its last sign of life', async () => {
  await a.acquire('a-1');
  const reply = (await b.acquire('b-1')) as { ticket: number };
  const left = () => Promise.all([stage.redis.pttl(stage.keys.queue), stage.redis.pttl(stage.keys.waiters)]);
  const between = (low: number, high: number) => async () => {
    for (const ttl of await left()) {
      expect(ttl).toBeGreaterThan(low);
      expect(ttl).toBeLessThanOrEqual(high);
    }
  };
  await between(2 * WAITER_TTL, 3 * WAITER_TTL)();
  for (const key of [stage.keys.queue, stage.keys.waiters]) await stage.redis.pexpire(key, WAITER_TTL);
  await b.tend({ 'b-1': reply.ticket });
  await between(2 * WAITER_TTL, 3 * WAITER_TTL)();
  // A process with shorter times does not shorten those of others.
  for (const key of [stage.keys.queue, stage.keys.waiters]) await stage.redis.pexpire(key, 10 * WAITER_TTL);
  await b.tend({ 'b-1': reply.ticket });
  await between(9 * WAITER_TTL, 10 * WAITER_TTL)();
});

test('an attempt that never came leaves no key, nor does a tend or a look', async () => {
  await a.acquire('a-1');
  await a.release('a-1');
  await stage.redis.del(stage.keys.state);
  await a.inspect();
  await a.tend({});
  expect(await stage.left()).toEqual([]);
});

test('no key is without an expiry after a loss of all, whoever comes first', async () => {
  const comers = [
    () => a.release('a-1'),
    () => a.renew('a-1', stage.nowUs),
    () => a.tend({ 'a-2': stage.nowUs }),
    () => a.acquire('a-3'),
    () => a.tend({}, { id: 'b-1', token: stage.nowUs, leaseEnd: stage.now + LEASE, acquiredAt: stage.now, info: '{}' }),
  ];
  for (const comes of comers) {
    await stage.forget();
    await comes();
    for (const key of await stage.left()) expect([key, await stage.redis.pttl(key)]).not.toEqual([key, -1]);
  }
  await stage.forget();
  await b.deaf();
  await b.tend({ 'b-1': stage.nowUs });
  for (const key of await stage.left()) expect([key, await stage.redis.pttl(key)]).not.toEqual([key, -1]);
  await b.hear();
});
