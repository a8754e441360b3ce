/**
 * `waitReplicas`: a grant that too few replicas have is no grant.
 */
import type { RedisEngine } from '../../../src/drivers/redis/redis-engine.js';
import { Replicas } from '../../../src/drivers/redis/replicas.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

const waitReplicas = { replicas: 2, timeout: 100 };

test('a grant is given out when enough replicas have it', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const hold = await stage.hold();
  expect(hold.grant).toBeUndefined();
  const wait = stage.next('WAIT');
  expect(wait.args).toEqual(['2', '100']);
  await wait.answer(2);
  expect(hold.grant?.isValid()).toBe(true);
});

test('with too few it is given back, and asked for again as another attempt', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = stage.attempt();
  const first = stage.next('acquire');
  await first.answer(['granted', stage.serverTime, '7', stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(1);
  const release = stage.next('release');
  expect([release.args[1] === first.args[1], attempt.answers]).toEqual([true, 0]);
  await release.answer('released');
  const error = { message: 'NOREPLICAS: 1 of 2 replicas had the grant after 100 ms' };
  expect(stage.driver.health()).toMatchObject({ state: 'degraded', error });
  await stage.pass(50);
  const second = stage.next('acquire');
  expect(second.args[1]).not.toBe(first.args[1]);
  await second.answer(['granted', stage.serverTime, '8', stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(2);
  expect([attempt.grant?.fencingToken, attempt.answers, stage.driver.health().state]).toEqual([8n, 1, 'ready']);
});

test('a try with too few replicas fails, and says so', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = await stage.hold({ wait: false });
  await stage.next('WAIT').answer(0);
  expect([attempt.error?.message, stage.names]).toEqual([
    'NOREPLICAS: 0 of 2 replicas had the grant after 100 ms',
    ['release'],
  ]);
});

test('another connection has written nothing, so its replicas say nothing of the grant', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = stage.attempt();
  const acquire = stage.next('acquire');
  stage.epoch++;
  await acquire.answer(['granted', stage.serverTime, '7', stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(2);
  expect([attempt.answers, stage.names]).toEqual([0, ['release']]);
  // That says nothing of the replicas.
  expect(stage.driver.health().state).toBe('ready');
});

test('nor do they when they were asked for in vain first, and by another connection then', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = await stage.hold();
  const wait = stage.next('WAIT');
  stage.epoch++;
  await wait.answer(2);
  expect([attempt.answers, stage.names]).toEqual([0, ['release']]);
});

test('what was granted to a question that had to be asked again may be written by an earlier connection', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = stage.attempt();
  await stage.next('acquire').fail('the connection was lost');
  stage.epoch++;
  await stage.pass(50);
  await stage.next('acquire').answer(['granted', stage.serverTime, '7', stage.serverTime + 14_950]);
  expect([attempt.answers, stage.names]).toEqual([0, ['renew']]);
  await stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(2);
  expect(attempt.grant?.fencingToken).toBe(7n);
});

test('who asks for nothing while there are too few, as a process that is not ready, learns when there are enough', async () => {
  const stage = await Stage.ready({ waitReplicas });
  await stage.hold({ wait: false });
  await stage.next('WAIT').answer(1);
  await stage.next('release').answer('released');
  await stage.pass(1_000);
  await stage.next('WAIT').answer(0);
  expect(stage.driver.health().error?.message).toContain('0 of 2');
  // Another connection knows no more of them than this one.
  for (const commands of [true, false]) stage.events.lost(new Error('ECONNRESET'), commands);
  await stage.pass(1_000);
  expect([stage.names, stage.driver.health().error?.message]).toEqual([[], 'ECONNRESET']);
  stage.events.ready();
  expect(stage.driver.health()).toMatchObject({
    state: 'degraded',
    error: { message: expect.stringMatching(/0 of 2/) },
  });
  await stage.pass(1_000);
  await stage.next('WAIT').answer(2);
  expect(stage.driver.health()).toMatchObject({ state: 'ready', error: undefined });
  await stage.pass(30_000);
  expect(stage.names).toEqual([]);
});

test('they are not asked again when a grant has told meanwhile, and are when that could not be told', async () => {
  const stage = await Stage.ready({ waitReplicas });
  await stage.hold({ wait: false });
  await stage.next('WAIT').answer(1);
  await stage.next('release').answer('released');
  await stage.pass(1_000);
  await stage.next('WAIT').fail('the connection was lost');
  expect(stage.driver.health().error?.message).toContain('1 of 2');
  await stage.pass(900);
  await stage.hold();
  await stage.next('WAIT').answer(2);
  expect(stage.driver.health().state).toBe('ready');
  await stage.pass(1_000);
  expect(stage.names).toEqual([]);
});

test('that they may not be asked is no outage that passes', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = await stage.hold();
  await stage.next('WAIT').fail("NOPERM User default has no permissions to run the 'wait' command");
  expect([attempt.error?.message, stage.driver.health()]).toMatchObject([
    expect.stringMatching(/NOPERM/),
    { state: 'degraded' },
  ]);
  await stage.next('release').answer('released');
  expect(stage.driver.health()).toMatchObject({
    state: 'degraded',
    error: { message: expect.stringMatching(/NOPERM/) },
  });
});

test('closed while there are too few, it looks no more', async () => {
  const stage = await Stage.ready({ waitReplicas });
  await stage.hold({ wait: false });
  await stage.next('WAIT').answer(1);
  await stage.next('release').answer('released');
  await stage.pass(1_000);
  const wait = stage.next('WAIT');
  await stage.driver.close();
  await wait.fail('the connections are closed');
  await stage.pass(30_000);
  expect([stage.names, stage.driver.health().state]).toEqual([[], 'closed']);
});

test('a push was written by another process: it is confirmed by a write of this one, and that is waited for', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const waiter = await stage.waiter();
  await stage.wake(waiter.id);
  expect(stage.names).toEqual(['renew']);
  await stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(2);
  expect(waiter.grant?.fencingToken).toBe(9n);
});

test('cancelled meanwhile, it is released once and not given out', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const attempt = await stage.hold();
  const wait = stage.next('WAIT');
  attempt.cancel();
  await stage.next('release').answer('released');
  await wait.answer(2);
  expect([attempt.answers, stage.names]).toEqual([0, []]);
});

test('one wait at a time: those who come meanwhile share the next one, so a renewal comes through in between', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const first = await stage.hold();
  const wait = stage.next('WAIT');
  const [second, third] = [await stage.hold(), await stage.hold()];
  expect(stage.names).toEqual([]);
  await wait.answer(2);
  expect([first, second, third].map(({ answers }) => answers)).toEqual([1, 0, 0]);
  expect(stage.names).toEqual(['WAIT']);
  await stage.next('WAIT').answer(2);
  expect([second, third].map(({ grant }) => grant?.isValid())).toEqual([true, true]);
  await stage.hold();
  expect(stage.names).toEqual(['WAIT']);
});

test('a wait that fails, perhaps with its connection, is not the next one: that asks, and finds out', async () => {
  const stage = await Stage.ready({ waitReplicas });
  const first = await stage.hold();
  const wait = stage.next('WAIT');
  const second = await stage.hold({ wait: false });
  stage.epoch++;
  await wait.fail('the connection was lost');
  expect([first.answers, second.answers, stage.names]).toEqual([0, 0, ['WAIT', 'release']]);
  await stage.next('WAIT').answer(2);
  await stage.next('release').answer('released');
  expect(second.error?.message).toBe('NOREPLICAS: the connection was lost before replicas were asked');
  await stage.next('release').answer('released');
  await stage.pass(50);
  await stage.next('acquire').answer(['granted', stage.serverTime, '8', stage.serverTime + 15_000]);
  await stage.next('WAIT').answer(2);
  expect([first.grant?.fencingToken, first.answers]).toEqual([8n, 1]);
});

test('the nodes of a cluster are waited for each by itself, and one has nothing to say of another', async () => {
  const asked: string[] = [];
  const counts = new Map([['here', 1]]);
  const replicated = (resource: string) => {
    asked.push(resource);
    return Promise.resolve({ count: counts.get(resource) ?? 0, epoch: 1 });
  };
  const agenda = { set: () => undefined, remove: () => undefined };
  const engine = { requests: { replicated }, agenda, clock: { monotonic: () => 0 }, assess: () => undefined };
  const replicas = new Replicas(engine as unknown as RedisEngine, 1, 100, false);
  const haveAll = () => Promise.all(['here', 'there'].map((resource) => replicas.have(resource, 1)));
  const lacking = expect.objectContaining({ message: 'NOREPLICAS: 0 of 1 replicas had the grant after 100 ms' });
  const both = haveAll();
  expect(asked).toEqual(['here', 'there']);
  expect([...(await both), replicas.lack]).toEqual([undefined, lacking, lacking]);
  expect([await replicas.have('here', 1), replicas.lack]).toEqual([undefined, lacking]);
  counts.set('there', 1);
  expect([...(await haveAll()), replicas.lack]).toEqual([undefined, undefined, undefined]);
});
