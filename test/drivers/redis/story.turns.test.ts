/**
 * Turns on a real server: in the order of arrival over several drivers, at the price of two commands each, and of none while
 * one waits.
 */
import { Asked, lineUp, Story } from './story.stage.js';

let story: Story;
beforeAll(async () => {
  story = await Story.begin();
}, 120_000);
afterAll(() => story.end());
afterEach(() => story.closeDrivers());

const WAITERS = 50;

/** So long that nobody gives a sign of life before a test is over, however busy the machine is. */
const PATIENT = { lease: 15_000, handoffLease: 15_000, waiterTtl: 60_000 };

test('waiters of five drivers are served in the order in which they came', async () => {
  const drivers = await Promise.all([1, 2, 3, 4, 5].map(() => story.driver(PATIENT)));
  const holder = await new Asked(drivers[0]!, 'stock').granted();
  const served: { label: string; token: bigint }[] = [];
  const turns = await lineUp(drivers, WAITERS, served);
  await holder.release();
  await Promise.all(turns);
  expect(served.map(({ label }) => label)).toEqual(Array.from({ length: WAITERS }, (_, i) => String(i)));
  const tokens = [holder.fencingToken, ...served.map(({ token }) => token)];
  expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1)));
  expect([await story.leftovers(), story.missedWakes]).toEqual([[], 0]);
});

test('an acquisition behind others costs two commands, and waiting none but signs of life', async () => {
  const drivers = await Promise.all([1, 2, 3, 4, 5].map(() => story.driver(PATIENT)));
  const holder = await new Asked(drivers[0]!, 'stock').granted();
  const before = await story.calls();
  const turns = await lineUp(drivers, WAITERS, []);
  const queued = await story.calls();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const waited = await story.calls();
  expect(waited.evalsha).toBe(queued.evalsha);
  await holder.release();
  await Promise.all(turns);
  const after = await story.calls();
  const scripts = ({ evalsha = 0, eval: evals = 0 }: Record<string, number>): number => evalsha + evals;
  expect((scripts(after) - scripts(before)) / WAITERS).toBeLessThanOrEqual(2.1);
});

test('a free lock costs one command to get and one to give back', async () => {
  const driver = await story.driver(PATIENT);
  await (await new Asked(driver, 'stock').granted()).release();
  const before = await story.calls();
  for (let i = 0; i < 20; i++) await (await new Asked(driver, 'stock').granted()).release();
  const after = await story.calls();
  expect([after.evalsha! - before.evalsha!, after.eval! - before.eval!]).toEqual([40, 0]);
});

test('many waiters on many locks use two connections', async () => {
  const driver = await story.driver(PATIENT);
  const connections = async (): Promise<number> =>
    ((await story.redis.call('CLIENT', 'LIST')) as string).trim().split('\n').length;
  const before = await connections();
  const waiters = Array.from({ length: 500 }, (_, i) => new Asked(driver, `lock ${i % 50}`));
  await Promise.all(waiters.slice(50).map((waiter) => waiter.inLine));
  expect([await connections(), before]).toEqual([3, 3]);
  for (const waiter of waiters) await (await waiter.granted()).release();
  expect([await story.leftovers(), story.missedWakes]).toEqual([[], 0]);
});
