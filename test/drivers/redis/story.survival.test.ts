/**
 * What a server does to its clients: it cuts them off, forgets its scripts and its data, and starts again. Those who hold go on
 * holding, those who wait go on waiting, in the same order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import { Asked, LEASE, lineUp, Story } from './story.stage.js';

let story: Story;
beforeEach(async () => {
  story = await Story.begin();
}, 120_000);
afterEach(() => story.end());

const NINE = Array.from({ length: 9 }, (_, i) => String(i));

/** How often (ms) each process lets the server know of its waiters. */
const SIGN_OF_LIFE = 900;

/** A holder and nine waiters on three drivers; `fault` happens, time passes, the holder releases, and all is as it should be. */
async function survives(fault: () => Promise<unknown>, pause: number): Promise<void> {
  const drivers = await Promise.all([1, 2, 3].map(() => story.driver()));
  const holder = new Asked(drivers[0]!, 'stock', 'holder');
  const grant = await holder.granted();
  const served: { label: string; token: bigint }[] = [];
  const turns = await lineUp(drivers, 9, served);
  await fault();
  await sleep(pause);
  expect([served, holder.losses, grant.isValid()]).toEqual([[], [], true]);
  await grant.release();
  await Promise.all(turns);
  expect(served.map(({ label }) => label)).toEqual(NINE);
  expect(served.every(({ token }) => token > grant.fencingToken)).toBe(true);
  expect(await story.leftovers()).toEqual([]);
}

test('it cuts off every connection', () => survives(() => story.redis.call('CLIENT', 'KILL', 'SKIPME', 'yes'), 700));

test('it forgets its scripts', () => survives(() => story.redis.script('FLUSH'), 0));

test('it forgets everything', () => survives(() => story.redis.flushall(), SIGN_OF_LIFE + 200));

test('it starts again, with nothing', () => survives(() => story.server.restart(), 700));

test('it is gone for longer than a lease: the holder is told before that, and every waiter is served', async () => {
  const drivers = await Promise.all([1, 2, 3].map(() => story.driver()));
  const holder = new Asked(drivers[0]!, 'stock');
  await holder.granted();
  const served: { label: string; token: bigint }[] = [];
  const turns = await lineUp(drivers, 9, served);
  story.server.pause();
  // The last renewal that was answered may have been sent just before. A timer of this very event loop is as late as theirs.
  await sleep(LEASE);
  expect(holder.losses).toMatchObject([{ cause: 'lease-deadline', error: expect.any(Error) }]);
  await until(() => drivers.every((driver) => driver.health().state === 'degraded'), 'everybody to know');
  story.server.resume();
  await Promise.all(turns);
  // A process that is not connected again when its turn comes is passed over, and keeps its tickets: its own are in order.
  for (const first of [0, 1, 2]) {
    const own = served.map(({ label }) => label).filter((label) => Number(label) % drivers.length === first);
    expect(own).toEqual([0, 3, 6].map((i) => String(first + i)));
  }
  await until(() => drivers.every((driver) => driver.health().state === 'ready'), 'all well again');
  expect(await story.leftovers()).toEqual([]);
});

test('a driver that is closed with holders and waiters leaves nothing, and the others go on', async () => {
  const [leaving, staying] = [await story.driver(), await story.driver()];
  const holder = new Asked(leaving, 'stock');
  const grant = await holder.granted();
  const waiters = [new Asked(leaving, 'stock'), new Asked(leaving, 'stock')];
  await Promise.all(waiters.map((waiter) => waiter.inLine));
  const next = new Asked(staying, 'stock');
  await next.inLine;
  await leaving.close();
  expect(await Promise.all(waiters.map(({ pending }) => pending.answer))).toEqual([
    { refused: 'closed' },
    { refused: 'closed' },
  ]);
  expect([holder.losses, grant.isValid()]).toMatchObject([[{ cause: 'closed' }], false]);
  expect(await (await next.granted()).release()).toBe('released');
  expect(await story.leftovers()).toEqual([]);
});

test('a server that may throw locks away is warned of', async () => {
  await story.redis.config('SET', 'maxmemory', '100mb');
  await story.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await story.driver();
  await until(() => story.complaints.length > 0, 'the warning');
  expect(story.complaints.splice(0)).toEqual([
    `LockmeterWarning: Redis at 127.0.0.1:${story.server.port} may evict locks that are held: its maxmemory-policy is ` +
      'allkeys-lru. Set it to noeviction, or keep locks on a server of their own',
  ]);
});
