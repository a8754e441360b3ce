/**
 * A hold at the engine: renewed while it lasts, and over, by the clock, before the server may give the lock away.
 */
import { commandTimeout } from '../../../src/drivers/redis/redis-options.js';
import { clock } from '../../support/controlled-clock.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { type Attempt, Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

/** Answers the renewal that is on its way. */
const renewed = (stage: Stage): Promise<void> =>
  stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);

/** Lets time pass until something is sent, `limit` ms at most. */
async function untilSent(stage: Stage, limit: number): Promise<number> {
  const start = clock.time;
  while (stage.calls.length === 0 && clock.time - start < limit) await stage.pass(5);
  return clock.time - start;
}

const causes = ({ losses }: Attempt): string[] => losses.map(({ cause }) => cause);

test('it is renewed at about a third of its lease, again and again', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  for (let i = 1; i <= 3; i++) {
    const waited = await untilSent(stage, 10_000);
    expect(waited).toBeGreaterThan(3_900);
    expect(waited).toBeLessThan(5_500);
    await renewed(stage);
    expect([hold.renewals.length, hold.grant!.isValid()]).toEqual([i, true]);
  }
  expect([hold.grant!.deadline, causes(hold)]).toEqual([clock.time + 15_000 - 150, []]);
});

test('a lease that was handed over is renewed to the full one', async () => {
  const stage = await Stage.ready();
  await stage.hold({}, 3_000);
  expect(await untilSent(stage, 3_000)).toBeLessThan(1_150);
  expect(stage.next('renew').args[1]).toBe('15000');
});

test('so is one that was handed over after a long wait: at a third of what is left, and not at once', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter();
  await stage.pass(2_900);
  await stage.wake(waiter.id);
  expect(waiter.grant!.isValid()).toBe(true);
  const waited = await untilSent(stage, 3_000);
  expect(waited).toBeGreaterThan(800);
  expect(waited).toBeLessThan(1_150);
  expect(stage.names).toEqual(['renew']);
});

test.each([
  { lease: 1_000, roundTrip: 200 },
  { lease: 3_000, roundTrip: 750 },
  { lease: 15_000, roundTrip: 1_900 },
])('$lease ms, $roundTrip ms for each answer: time for a renewal without one, and another', async (times) => {
  const { lease, roundTrip } = times;
  const stage = await Stage.ready({ lease, handoffLease: lease });
  const hold = await stage.hold({}, lease);
  for (let round = 1; round <= 20; round++) {
    await untilSent(stage, lease);
    const unheard = stage.next('renew');
    await stage.pass(5 * Math.ceil(commandTimeout({ lease, handoffLease: lease }) / 5));
    await unheard.fail('no answer');
    await untilSent(stage, lease);
    const heard = stage.next('renew');
    const leaseEnd = stage.serverTime + lease;
    await stage.pass(roundTrip);
    await heard.answer(['renewed', leaseEnd - lease, leaseEnd]);
    expect(hold.renewals).toHaveLength(2 * round);
  }
  expect([hold.grant!.isValid(), causes(hold)]).toEqual([true, []]);
});

test('many holds are renewed together', async () => {
  const stage = await Stage.ready();
  for (let i = 0; i < 200; i++) await stage.hold();
  const bursts: number[] = [];
  for (let sent = 0; sent < 200; sent += bursts.at(-1)!) {
    await untilSent(stage, 10_000);
    bursts.push(stage.calls.length);
    for (const call of stage.calls.splice(0))
      await call.answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  }
  expect(bursts.length).toBeLessThanOrEqual(4);
});

test('a renewal that fails is tried again soon; the hold lasts until its deadline, and tells why it is over', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  const { deadline } = hold.grant!;
  let tries = 0;
  while (hold.losses.length === 0) {
    if (stage.names[0] === 'renew') {
      tries++;
      await stage.next('renew').fail('READONLY You can not write against a read only replica.');
    }
    await stage.pass(5);
  }
  expect([clock.time - deadline < 5, hold.grant!.isValid(), tries > 15]).toEqual([true, false, true]);
  expect(hold.losses).toEqual([{ cause: 'lease-deadline', stalled: undefined, error: expect.any(Error) }]);
  expect([hold.losses[0]!.error!.message, new Set(hold.renewals)]).toEqual([
    expect.stringContaining('READONLY'),
    new Set(['error']),
  ]);
  expect(stage.names).toEqual(['release']);
});

test('without an answer it is over at the deadline, and no later answer brings it back', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  await untilSent(stage, 10_000);
  const renewal = stage.next('renew');
  await stage.pass(15_000);
  expect(causes(hold)).toEqual(['lease-deadline']);
  await renewal.answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  expect([hold.grant!.isValid(), causes(hold), await hold.grant!.release()]).toEqual([
    false,
    ['lease-deadline'],
    'lost',
  ]);
});

test('refused, it is over at once, and nothing is released', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  await untilSent(stage, 10_000);
  await stage.next('renew').answer(['refused', stage.serverTime]);
  expect([causes(hold), stage.names]).toEqual([['taken'], []]);
});

test('after a stall whoever asks learns of the loss before any timer, and how long the stall was at least', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  stage.stall(40_000);
  expect([hold.losses.length, hold.grant!.isValid()]).toEqual([0, false]);
  expect(hold.losses).toHaveLength(1);
  expect(hold.losses[0]!.stalled).toBeGreaterThan(34_000);
  expect(hold.losses[0]!.stalled).toBeLessThan(40_000);
});

test('a machine that slept, so that only the wall clock went on, has lost its holds', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  stage.wallAhead = 14_840;
  expect(hold.grant!.isValid()).toBe(true);
  stage.wallAhead = 14_851;
  expect([hold.grant!.isValid(), causes(hold)]).toEqual([false, ['lease-deadline']]);
});

test('a wall clock that is set back changes nothing', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  stage.wallAhead = -3_600_000;
  expect(hold.grant!.isValid()).toBe(true);
  stage.stall(14_850);
  expect(hold.grant!.isValid()).toBe(false);
});

test('no hold is longer than maxHold, however well it is renewed', async () => {
  const stage = await Stage.ready({ maxHold: 8_000 });
  const hold = await stage.hold();
  expect(hold.grant!.deadline).toBe(clock.time + 8_000);
  await untilSent(stage, 8_000);
  await renewed(stage);
  await stage.pass(4_200);
  expect([causes(hold), stage.names]).toEqual([['max-hold'], ['release']]);
});

test('what others are shown is told in the background, once, and not if it is over by then', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  hold.grant!.describe!({ label: 'job' });
  hold.grant!.describe!({ label: 'job', traceparent: '00-1-2-01' });
  expect(stage.names).toEqual([]);
  await stage.pass(5);
  expect(stage.names).toEqual(['renew']);
  expect(JSON.parse(stage.calls[0]!.args[3]!)).toMatchObject({
    label: 'job',
    traceparent: '00-1-2-01',
    pid: process.pid,
  });
  await renewed(stage);
  hold.grant!.describe!({});
  const released = hold.grant!.release();
  await stage.next('release').answer('released');
  await stage.pass(20_000);
  expect([await released, stage.names]).toEqual(['released', []]);
});

test('a description during a renewal is sent after it', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  await untilSent(stage, 10_000);
  hold.grant!.describe!({ label: 'late' });
  await renewed(stage);
  await stage.pass(5);
  expect(stage.next('renew').args[3]).toContain('late');
});

test('a release is one request however often it is called, and after it nothing is told', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  const [first, second] = [hold.grant!.release(), hold.grant!.release()];
  expect([first === second, stage.names, hold.grant!.isValid()]).toEqual([true, ['release'], false]);
  await stage.next('release').answer('released');
  await stage.pass(20_000);
  expect([await first, causes(hold), stage.names]).toEqual(['released', [], []]);
});

test('a release that is not heard is unknown at once, and tried on until the lease would be over', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  const released = hold.grant!.release();
  await stage.next('release').fail('connection lost');
  expect(await released).toBe('unknown');
  const start = clock.time;
  let tries = 0;
  for (; clock.time - start < 20_000; await stage.pass(5)) {
    if (stage.calls.length === 0) continue;
    tries++;
    await stage.next('release').fail('connection lost');
  }
  expect(tries).toBeGreaterThan(10);
  expect(tries).toBeLessThan(40);
  expect(hold.losses).toEqual([]);
});

test('a release that comes after the deadline tells the loss first', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  stage.stall(20_000);
  expect(await hold.grant!.release()).toBe('lost');
  expect([causes(hold), stage.names]).toEqual([['lease-deadline'], ['release']]);
});
