/**
 * While the server is away, or was: what this process does meanwhile, and what it owes the server when it is back.
 */
import { jest } from '@jest/globals';
import { installControlledTimers } from '../../support/pass-time.js';
import { Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

const AWAY = new Error('ECONNRESET');

test('those who wait do nothing until it is back, also when the lease of whoever holds runs out meanwhile', async () => {
  const stage = await Stage.ready();
  const waiter = await stage.waiter(1_000);
  stage.events.lost(AWAY, true);
  await stage.pass(10_000);
  expect([stage.names, jest.getTimerCount(), waiter.answers]).toEqual([[], 0, 0]);
  stage.events.ready();
  expect(stage.names).toEqual(['tend']);
});

test('a sign of life that fails because it is away is sent when it is back, and not before', async () => {
  const stage = await Stage.ready();
  await stage.waiter();
  await stage.pass(3_000);
  stage.events.lost(AWAY, true);
  await stage.next('tend').fail('the connection was closed');
  await stage.pass(10_000);
  expect([stage.names, jest.getTimerCount()]).toEqual([[], 0]);
  stage.events.ready();
  expect(stage.names).toEqual(['tend']);
});

test('a hold whose last renewal may have arrived is given back for as long as the server may keep it', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  while (stage.calls.length === 0) await stage.pass(5);
  const renewal = stage.next('renew');
  stage.events.lost(AWAY, true);
  await renewal.fail('the connection was closed');
  await stage.pass(11_000);
  expect(hold.losses).toMatchObject([{ cause: 'lease-deadline' }]);
  await stage.pass(3_000);
  stage.events.ready();
  await stage.pass(5);
  expect(stage.names).toEqual(['release']);
});

test('so is one that is released while its renewal is on its way', async () => {
  const stage = await Stage.ready();
  const hold = await stage.hold();
  while (stage.calls.length === 0) await stage.pass(5);
  const released = hold.grant!.release();
  stage.events.lost(AWAY, true);
  for (const call of stage.calls.splice(0)) await call.fail('the connection was closed');
  expect(await released).toBe('unknown');
  await stage.pass(14_000);
  stage.events.ready();
  await stage.pass(5);
  expect(stage.names).toEqual(['release']);
});
