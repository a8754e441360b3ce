/**
 * `waitReplicas` with a primary and a replica: whoever is told of a grant can rely on it that the replica has it; nobody is told
 * while the replica stands still; and those who hold do not suffer from those who wait for that.
 */
import { eventually } from '../../../examples/soak-redis/servers/eventually.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { until } from '../../support/until.js';
import { Asked, Story } from './story.stage.js';

/** Long leases: a busy machine must not cost one. */
const PATIENT = { lease: 15_000, handoffLease: 3_000 };
const ONE = { ...PATIENT, waitReplicas: { replicas: 1, timeout: 100 } };
const THIN = 'NOREPLICAS: 0 of 1 replicas had the grant after 100 ms';

let story: Story;
let replica: RedisServer;
beforeEach(async () => {
  story = await Story.begin();
  await story.redis.config('SET', 'repl-diskless-sync-delay', '0');
  replica = await startRedis({ replicaOf: story.server.port });
  const follows = async () => (await redisCli(replica.port, 'INFO', 'replication')).includes('master_link_status:up');
  await eventually(follows, 'the replica to follow');
}, 120_000);
afterEach(async () => {
  await story.end();
  await replica.stop();
});

/** The token of the grant that the replica knows of. */
async function replicated(): Promise<bigint> {
  return BigInt(await redisCli(replica.port, 'HGET', 'lm:{stock}:s', 't'));
}

/** How often the driver has asked for a lock, and was answered. */
function questions(): number {
  return story.events.filter((event) => event.type === 'trip' && event.operation === 'acquire').length;
}

test('whoever is granted a lock, at once or in turn, finds the grant at the replica', async () => {
  const drivers = [await story.driver(ONE), await story.driver(ONE)];
  const first = await new Asked(drivers[0]!, 'stock').granted();
  expect(await replicated()).toBe(first.fencingToken);
  const waiter = new Asked(drivers[1]!, 'stock');
  await waiter.inLine;
  expect(await first.release()).toBe('released');
  const second = await waiter.granted();
  expect(await replicated()).toBe(second.fencingToken);
  expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
});

test('while the replica stands still a try fails, and gives back what it had', async () => {
  const driver = await story.driver(ONE);
  replica.pause();
  await expect(new Asked(driver, 'stock', '', { wait: false }).granted()).rejects.toThrow(THIN);
  await until(async () => (await story.leftovers()).length === 0, 'the lock to be free');
  expect(driver.health()).toMatchObject({ state: 'degraded', error: { message: THIN } });
  replica.resume();
  // Nobody asks for a lock meanwhile.
  await until(() => driver.health().state === 'ready', 'the driver to be well');
});

test('while the replica stands still nobody is granted anything, whoever waits asks again, and is granted then', async () => {
  const driver = await story.driver(ONE);
  replica.pause();
  const waiter = new Asked(driver, 'stock');
  const answers: unknown[] = [];
  void waiter.granted().then((grant) => answers.push(grant));
  await until(() => questions() >= 3, 'three questions');
  expect(answers).toEqual([]);
  replica.resume();
  const grant = await waiter.granted();
  expect(await replicated()).toBe(grant.fencingToken);
  await grant.release();
  expect(await story.leftovers()).toEqual([]);
});

test('while many wait for a replica that stands still, those who hold are renewed', async () => {
  const driver = await story.driver({ ...ONE, lease: 3_000, handoffLease: 1_000 });
  const holder = new Asked(driver, 'stock');
  const grant = await holder.granted();
  const { deadline } = grant;
  replica.pause();
  const waiters = Array.from({ length: 50 }, (_, i) => new Asked(driver, `stock ${i}`));
  await until(() => grant.deadline > deadline + 3_000, 'two renewals');
  expect([holder.losses, grant.isValid()]).toEqual([[], true]);
  for (const { pending } of waiters) pending.cancel();
  replica.resume();
});
