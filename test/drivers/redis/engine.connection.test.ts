/**
 * Connections that are not there yet, are lost, come back, or can only be spoken to: who waits goes on waiting, and who comes
 * back comes in the right order.
 */
import { clock } from '../../support/controlled-clock.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';
import { type Attempt, ownerReply, Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

const states = (stage: Stage): string[] =>
  stage.heard.flatMap((event) => (event.type === 'health' ? [event.health.state] : []));

test('nothing is asked before both connections work, then in the order of coming', async () => {
  const stage = new Stage();
  const labels = ['a', 'b', 'c'];
  for (const label of labels) stage.attempt({ info: { label } });
  const ready = stage.driver.ready();
  await stage.pass(9_000);
  stage.events.answering!();
  expect([stage.names, stage.driver.health().state]).toEqual([[], 'connecting']);
  stage.events.ready();
  await ready;
  expect(stage.calls.map(({ name, args }) => [name, JSON.parse(args[3] ?? '{}').label])).toEqual([
    ...labels.map((label) => ['acquire', label]),
    ['INFO', undefined],
  ]);
  expect([stage.driver.health(), states(stage)]).toMatchObject([
    { state: 'ready', address: '10.0.0.1:6379' },
    ['ready'],
  ]);
});

test('without a first connection attempts fail in time, with where and why', async () => {
  const stage = new Stage({ connectTimeout: 2_000 });
  await turn();
  const early = stage.attempt();
  const ready = stage.driver.ready().catch((error: Error) => error.message);
  stage.events.lost(new Error('connect ECONNREFUSED 10.0.0.1:6379'), true);
  await stage.pass(1_000);
  const late = stage.attempt();
  await stage.pass(1_000);
  const message = 'no connection to Redis at 10.0.0.1:6379 within 2000 ms: connect ECONNREFUSED 10.0.0.1:6379';
  expect([early.error?.message, await ready, late.error]).toEqual([message, message, undefined]);
  expect(stage.driver.health()).toMatchObject({
    state: 'connecting',
    error: { message: expect.stringMatching(/ECONNREFUSED/) },
  });
  await stage.pass(1_000);
  expect(late.error?.message).toBe(message);
});

test('when the password is wrong nobody is kept waiting', async () => {
  const stage = new Stage();
  await turn();
  const early = stage.attempt();
  stage.events.lost(new Error('WRONGPASS invalid username-password pair'), true);
  const late = stage.attempt();
  await turn();
  const message = 'no connection to Redis at 10.0.0.1:6379: WRONGPASS invalid username-password pair';
  expect([early.error?.message, late.error?.message]).toEqual([message, message]);
});

test('when it is back, those who hold are heard first, then those who wait, then those who come', async () => {
  const stage = await Stage.ready();
  const gone = await stage.hold();
  const hold = await stage.hold();
  const waiter = await stage.waiter();
  stage.events.lost(new Error('ECONNRESET'), true);
  const released = gone.grant!.release();
  const newcomer = stage.attempt({ info: { label: 'new' } });
  await stage.pass(4_000);
  expect([stage.names, stage.driver.health().state, await released]).toEqual([[], 'degraded', 'unknown']);
  stage.events.ready();
  expect(stage.names).toEqual(['renew', 'tend', 'acquire']);
  await stage.pass(5);
  expect(stage.names).toEqual(['renew', 'tend', 'acquire', 'release']);
  expect([hold.losses, waiter.answers, newcomer.answers, states(stage)]).toEqual([
    [],
    0,
    0,
    ['ready', 'degraded', 'ready'],
  ]);
});

test('commands that are answered again do not wait for the channel', async () => {
  const stage = await Stage.ready();
  await stage.hold();
  stage.events.lost(new Error('ECONNRESET'), true);
  stage.events.lost(new Error('ECONNRESET'), false);
  stage.events.answering!();
  expect([stage.names, stage.driver.health().state]).toEqual([['renew'], 'degraded']);
  await stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  expect(stage.driver.health().state).toBe('degraded');
});

test('while nothing is heard it looks four times a second, and tells what it found so', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  stage.events.lost(new Error('ECONNRESET'), false);
  const other = ownerReply('other-1', 5, stage.serverTime + 15_000, stage.serverTime);
  for (let i = 0; i < 4; i++) {
    await stage.pass(250);
    await stage.next('tend').answer(stage.tended(other));
  }
  await stage.pass(250);
  const owner = ownerReply(waiter.id, 9, stage.serverTime + 2_980, stage.serverTime - 20);
  await stage.next('tend').answer(stage.tended(owner));
  expect([waiter.grant?.fencingToken, stage.heard.filter(({ type }) => type === 'missed-wake')]).toEqual([
    9n,
    [{ type: 'missed-wake', resource: 'stock' }],
  ]);
});

test('a question without an answer is asked again with the same id, ever more slowly, until it is cancelled', async () => {
  const stage = await Stage.ready();
  const attempt = stage.attempt();
  const asked: [number, string][] = [];
  const start = clock.time;
  for (; clock.time - start < 10_000; await stage.pass(5)) {
    if (stage.calls.length === 0) continue;
    const call = stage.next('acquire');
    asked.push([clock.time, call.args[1]!]);
    await call.fail('LOADING Redis is loading the dataset in memory');
  }
  expect(new Set(asked.map(([, id]) => id)).size).toBe(1);
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.length).toBeLessThan(20);
  expect(asked.at(-1)![0] - asked.at(-2)![0]).toBeGreaterThan(700);
  expect([attempt.answers, stage.driver.health()]).toMatchObject([
    0,
    { state: 'degraded', error: { message: expect.stringMatching(/LOADING/) } },
  ]);
  attempt.cancel();
  await stage.next('release').answer('lost');
  // The question may be read after that.
  await stage.pass(250);
  await stage.next('release').answer('lost');
  await stage.pass(5_000);
  expect([stage.names, stage.driver.health().state]).toEqual([[], 'ready']);
});

test('a try does not wait for an engine that does not answer', async () => {
  const stage = await Stage.ready();
  const asked = stage.attempt({ wait: false });
  await stage.next('acquire').fail('connection lost');
  expect([asked.error?.message, stage.names]).toEqual(['connection lost', ['release']]);
  stage.events.lost(new Error('ECONNRESET'), true);
  const unasked = stage.attempt({ wait: false });
  await turn();
  expect(unasked.error?.message).toBe('ECONNRESET');
});

test.each(['NOPERM this user', 'ERR unknown command', 'NOAUTH Authentication required.', 'WRONGTYPE Operation'])(
  'what the server refuses for good is the answer: %s',
  async (message) => {
    const stage = await Stage.ready();
    const asked = stage.attempt();
    await stage.next('acquire').fail(message);
    expect(asked.error?.message).toBe(message);
  },
);

test('a sign of life that is refused for good fails those who wait', async () => {
  const stage = await Stage.ready();
  const waiters = [await stage.waiter(), await stage.waiter()];
  await stage.pass(3_000);
  await stage.next('tend').fail('NOPERM this user');
  expect(waiters.map(({ error }) => error?.message)).toEqual(['NOPERM this user', 'NOPERM this user']);
});

test('a sign of life without an answer is repeated', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(3_000);
  await stage.next('tend').fail('no answer');
  await stage.pass(50);
  expect([stage.names, waiter.answers]).toEqual([['tend'], 0]);
});

/** Answers what is asked about the server, whichever comes first. */
async function answerInfo(stage: Stage, uptime: number): Promise<void> {
  for (const call of stage.calls.splice(0).filter(({ name }) => name === 'INFO'))
    await call.answer(`maxmemory:0\r\nuptime_in_seconds:${uptime}\r\n`);
}

test('a server that was just started lets in nobody new for a lease, if that is wanted', async () => {
  const stage = new Stage({ quarantine: true });
  await turn();
  stage.attempt();
  stage.events.ready();
  expect(stage.names).toEqual(['INFO', 'INFO']);
  await answerInfo(stage, 10);
  await stage.pass(5_990);
  expect(stage.names).toEqual([]);
  await stage.pass(10);
  expect(stage.names).toEqual(['acquire']);
});

test('whoever holds comes back in all the same; and a server that is old enough, or does not say, keeps nobody out', async () => {
  const stage = new Stage({ quarantine: true });
  await turn();
  stage.events.ready();
  await answerInfo(stage, 3_600);
  await stage.hold();
  stage.events.lost(new Error('ECONNRESET'), true);
  stage.attempt();
  stage.events.ready();
  expect(stage.names).toEqual(['renew', 'INFO']);
  stage.next('renew');
  await stage.next('INFO').fail('NOPERM');
  expect(stage.names).toEqual(['acquire']);
});

test('a server that gives no answer is taken for one that was just started', async () => {
  const stage = new Stage({ quarantine: true });
  await turn();
  stage.attempt();
  stage.events.ready();
  for (const call of stage.calls.splice(0)) await call.fail('no answer');
  await stage.pass(15_990);
  expect(stage.names).toEqual([]);
  await stage.pass(10);
  expect(stage.names).toEqual(['acquire']);
});

test('how long the server before it had been up is of no interest', async () => {
  const stage = new Stage({ quarantine: true });
  await turn();
  stage.attempt();
  stage.events.ready();
  const before = stage.calls.splice(0);
  stage.events.lost(new Error('ECONNRESET'), true);
  stage.events.ready();
  const [now] = stage.calls.splice(0);
  for (const call of before) await call.answer('uptime_in_seconds:3600\r\n');
  expect(stage.names).toEqual([]);
  await now!.answer('uptime_in_seconds:15\r\n');
  for (const call of before) await call.fail('no answer');
  await stage.pass(990);
  expect(stage.names).toEqual([]);
  await stage.pass(10);
  expect(stage.names).toEqual(['acquire']);
});

test('who does not wait does not wait for the server to be old enough', async () => {
  const stage = new Stage({ quarantine: true });
  await turn();
  stage.events.ready();
  const soon = stage.attempt({ wait: false });
  await answerInfo(stage, 10);
  const late = stage.attempt({ wait: false });
  await turn();
  expect([soon.refusal, late.refusal, stage.names]).toEqual([{ refused: 'busy' }, { refused: 'busy' }, []]);
});

test('requests are told of with how long they took', async () => {
  const stage = await Stage.ready();
  stage.attempt();
  await stage.pass(20);
  await stage.next('acquire').answer(['busy', stage.serverTime, 0, null]);
  const inspected = stage.driver.inspect('stock').catch(() => 'failed');
  await turn();
  await stage.pass(10);
  await stage.next('inspect').fail('no answer');
  expect([await inspected, stage.heard.filter(({ type }) => type === 'trip')]).toEqual([
    'failed',
    [
      { type: 'trip', operation: 'acquire', result: 'ok', duration: 20 },
      { type: 'trip', operation: 'watch', result: 'error', duration: 10 },
    ],
  ]);
});

test('whoever asks as it is told that all is well again is not told that there is no connection', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  stage.events.lost(new Error('ECONNRESET'), true);
  let asked: Attempt | undefined;
  stage.driver.on((event) => {
    if (event.type === 'health' && event.health.state === 'ready') asked ??= stage.attempt({ wait: false });
  });
  stage.events.ready();
  await turn();
  // And who holds is heard first.
  expect([hold.losses, asked?.error, stage.names]).toEqual([[], undefined, ['renew', 'acquire']]);
});
