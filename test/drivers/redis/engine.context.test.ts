/**
 * In whose name requests are made: an attempt's and a release's in that of whoever asks, what the driver does on its own account in
 * nobody's, and quietly.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { installQuietly } from '../../../src/drivers/quiet.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { Stage } from './engine.stage.js';

beforeAll(installControlledTimers);

const caller = new AsyncLocalStorage<string>();
const sent: string[] = [];
let quiet = false;

class Watched extends Stage {
  override command(name: string, args: readonly string[]): ReturnType<Stage['command']> {
    sent.push([name, caller.getStore() ?? 'nobody', ...(quiet ? ['quietly'] : [])].join(' '));
    return super.command(name, args);
  }
}

beforeAll(() =>
  installQuietly((send) => {
    quiet = true;
    try {
      return send();
    } finally {
      quiet = false;
    }
  }),
);
afterAll(() => installQuietly((send) => send()));

test('renewals and signs of life belong to nobody; what callers ask for belongs to them', async () => {
  const stage = caller.run('maker', () => new Watched());
  await stage.pass(0);
  stage.events.ready();
  await stage.next('INFO').answer('');
  const hold = await caller.run('holder', () => stage.hold());
  const waiter = await caller.run('waiter', () => stage.waiter());
  await stage.pass(3_000);
  stage.next('tend');
  await stage.pass(2_500);
  await stage.next('renew').answer(['renewed', stage.serverTime, stage.serverTime + 15_000]);
  caller.run('canceller', () => waiter.cancel());
  const released = caller.run('releaser', () => hold.grant!.release());
  await stage.next('release').answer('cancelled');
  await stage.next('release').fail('no answer');
  await released;
  await stage.pass(100);
  expect(sent).toEqual([
    'INFO nobody quietly',
    'acquire holder',
    'acquire waiter',
    'tend nobody quietly',
    'renew nobody quietly',
    'release canceller',
    'release releaser',
    'release nobody quietly',
  ]);
});

test('after a reconnection it is the same', async () => {
  const stage = new Watched();
  await stage.pass(0);
  stage.events.ready();
  await stage.next('INFO').answer('');
  await stage.hold();
  await stage.waiter();
  stage.events.lost(new Error('ECONNRESET'), true);
  sent.length = 0;
  caller.run('client', () => stage.events.ready());
  expect(sent).toEqual(['renew nobody quietly', 'tend nobody quietly']);
});
