/**
 * `waitReplicas`: a grant that too few replicas have is no grant.
 */
import { Replicas } from '../../../src/drivers/redis/replicas.js';
import type { Requests } from '../../../src/drivers/redis/requests.js';
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
  expect(stage.driver.health()).toMatchObject({
    error: { message: 'NOREPLICAS: the connection was lost before replicas were asked' },
  });
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

test('the nodes of a cluster are waited for each by itself', async () => {
  const asked: string[] = [];
  const replicated = (resource: string) => {
    asked.push(resource);
    return Promise.resolve({ count: 1, epoch: 1 });
  };
  const replicas = new Replicas({ replicated } as unknown as Requests, 1, 100, false);
  const both = Promise.all(['here', 'there'].map((resource) => replicas.have(resource, 1)));
  expect(asked).toEqual(['here', 'there']);
  expect(await both).toEqual([undefined, undefined]);
});
