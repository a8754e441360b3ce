/**
 * The end of a driver: nobody is left waiting, nothing is left on the server, and no timer is left here.
 */
import { jest } from '@jest/globals';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';
import { Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

test('who waits is refused, who holds is told, all of it is given back, and then the connections go', async () => {
  const stage = await Stage.ready();
  const [hold, waiter] = [await stage.hold(), await stage.waiter()];
  const asked = stage.attempt();
  const closed = stage.driver.close();
  await turn();
  expect([hold.losses, waiter.refusal, asked.refusal]).toEqual([
    [{ cause: 'closed', stalled: undefined, error: undefined }],
    { refused: 'closed' },
    { refused: 'closed' },
  ]);
  expect([stage.names, stage.closed]).toEqual([['acquire', 'release', 'release'], false]);
  await stage.next('acquire').answer(['granted', stage.serverTime, '8', stage.serverTime + 15_000]);
  expect([stage.names, stage.closed]).toEqual([['release', 'release', 'release'], false]);
  for (let i = 0; i < 3; i++) await stage.next('release').answer('released');
  await closed;
  expect([stage.closed, stage.driver.health().state, jest.getTimerCount()]).toEqual([true, 'closed', 0]);
  expect([hold.grant!.isValid(), await hold.grant!.release()]).toEqual([false, 'lost']);
});

test('it is closed once, and takes nobody in afterwards', async () => {
  const stage = await Stage.ready();
  const closed = stage.driver.close();
  expect(stage.driver.close()).toBe(closed);
  await closed;
  const late = stage.attempt();
  await turn();
  expect([late.refusal, stage.names]).toEqual([{ refused: 'closed' }, []]);
  await expect(stage.driver.inspect('stock')).rejects.toThrow('closed');
  await expect(stage.driver.ready()).rejects.toThrow('closed');
});

test('when the server is gone nothing is sent, and it is closed at once', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  await stage.waiter();
  stage.events.lost(new Error('ECONNRESET'), true);
  await stage.driver.close();
  expect([stage.names, stage.closed, hold.losses.length, jest.getTimerCount()]).toEqual([[], true, 1, 0]);
  stage.events.ready();
  stage.events.answering!();
  expect([stage.names, stage.driver.health().state]).toEqual([[], 'closed']);
});

test('before the first connection: who waits is refused', async () => {
  const stage = new Stage();
  const attempt = stage.attempt();
  const ready = stage.driver.ready().catch((error: Error) => error.message);
  await stage.driver.close();
  expect([attempt.refusal, await ready, stage.names]).toEqual([{ refused: 'closed' }, 'the driver is closed', []]);
  expect([stage.closed, jest.getTimerCount()]).toEqual([true, 0]);
});

test('a release that fails at the end does not keep it open', async () => {
  const stage = await Stage.ready();
  await stage.hold();
  const closed = stage.driver.close();
  await stage.next('release').fail('no answer');
  await closed;
  expect([stage.names, jest.getTimerCount()]).toEqual([[], 0]);
});
