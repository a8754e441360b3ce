/**
 * What is published of an attempt at a driver: a wait begins when the engine says so, and a lease may be renewed and lost.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LockLostError, LockManager } from 'lockmeter';
import { FakeDriver, heldElsewhere } from '../../drivers/fake-driver.js';
import { deferred } from '../../support/deferred.js';
import { type Heard, hear, hearTracing, listen } from '../../support/hear.js';
import { isolatedManager } from '../../support/isolated.js';
import { turn } from '../../support/ticks.js';

const names = (heard: Heard[]): string[] => heard.map(([channel]) => channel);

function engine(): { driver: FakeDriver; locks: LockManager } {
  const driver = new FakeDriver('redis');
  return { driver, locks: isolatedManager({ driver }) };
}

test('an attempt that the engine serves at once has no wait', async () => {
  const { driver, locks } = engine();
  const waits = hearTracing('wait');
  const requests = hear('request.start', 'request.grant', 'release', 'request.end');
  const running = locks.run('inventory', () => 1, { label: 'me' });
  driver.latest.grant();
  await running;
  expect(waits).toEqual([]);
  expect(names(requests)).toEqual(['request.start', 'request.grant', 'release', 'request.end']);
  expect(requests[1]![1]).toMatchObject({ backend: 'redis', contended: false, waited: expect.any(Number) });
});

test('a wait begins when the engine says that it has to queue, once, and says who holds where', async () => {
  const { driver, locks } = engine();
  const waits = hearTracing('wait');
  const grants = hear('request.grant');
  const running = locks.run('inventory', () => 1, { label: 'me', key: 'sku-1' });
  expect(waits).toEqual([]);
  driver.latest.queue({ ahead: 2, holder: heldElsewhere() });
  driver.latest.queue({ ahead: 1, holder: heldElsewhere({ label: 'other' }) });
  driver.latest.grant();
  await running;
  expect(names(waits)).toEqual(['wait:start', 'wait:end', 'wait:asyncStart', 'wait:asyncEnd']);
  expect(waits[0]![1]).toEqual({
    id: expect.any(Number),
    lock: 'inventory',
    key: 'sku-1',
    backend: 'redis',
    label: 'me',
    queueDepth: 2,
    holder: 'POST /checkout',
    holderProcess: 'api-2:4242',
    blockedBy: undefined,
  });
  expect(waits.at(-1)![1]).toMatchObject({ outcome: 'acquired' });
  expect(grants[0]![1]).toMatchObject({ contended: true });
});

test('a wait behind a hold of this process says which', async () => {
  const { driver, locks } = engine();
  const waits = hearTracing('wait');
  const starts = hear('request.start');
  const gate = deferred();
  const first = locks.run('inventory', () => gate.promise);
  driver.latest.grant();
  await turn();
  const second = locks.run('inventory', () => 1);
  driver.latest.queue();
  gate.resolve();
  await first;
  driver.latest.grant();
  await second;
  expect(waits[0]![1].blockedBy).toBe(starts[0]![1].id);
});

test('one that fails without having queued has a request, and no wait', async () => {
  const { driver, locks } = engine();
  const waits = hearTracing('wait');
  const ends = hear('request.miss', 'request.end');
  const running = locks.run('inventory', () => 1);
  driver.latest.fail(new Error('down'));
  const error = await running.catch((reason: unknown) => reason);
  expect(waits).toEqual([]);
  expect(ends).toEqual([['request.end', expect.objectContaining({ outcome: 'error', error })]]);
});

test('renewals, and the loss: at once, before the release, while the body goes on', async () => {
  const { driver, locks } = engine();
  const heard = hear('lease.renewed', 'lease.lost', 'release', 'request.end');
  const bodies = hearTracing('hold');
  const gate = deferred();
  let signal: AbortSignal | undefined;
  const running = locks.run(
    'inventory',
    (hold) => {
      ({ signal } = hold);
      return gate.promise;
    },
    { key: 'sku-1', label: 'me' },
  );
  const grant = driver.latest.grant();
  await turn();
  grant.renew();
  grant.renew('error');
  grant.lose({ cause: 'lease-deadline', stalled: 900 });
  const who = { id: expect.any(Number), lock: 'inventory', backend: 'redis', key: 'sku-1', label: 'me' };
  const error = signal!.reason as LockLostError;
  expect(heard).toEqual([
    ['lease.renewed', { ...who, result: 'ok' }],
    ['lease.renewed', { ...who, result: 'error' }],
    ['lease.lost', { ...who, reason: 'lease-deadline', held: error.held, stalled: 900, error }],
    ['release', { ...who, held: error.held, queueDepth: 0 }],
    ['request.end', expect.objectContaining({ outcome: 'acquired', error })],
  ]);
  expect(heard.every(([, message]) => Object.isFrozen(message))).toBe(true);
  expect(names(bodies)).toEqual(['hold:start', 'hold:end']);
  gate.resolve();
  await running;
  expect(names(bodies)).toEqual(['hold:start', 'hold:end', 'hold:asyncStart', 'hold:asyncEnd']);
  expect(heard).toHaveLength(5);
});

test('all of it is said in the context of who asked, though the driver knows it in its own', async () => {
  const { driver, locks } = engine();
  const request = new AsyncLocalStorage<string>();
  const said: unknown[] = [];
  const note = (channel: string) =>
    listen(channel, () => said.push([channel.split(':').slice(1).join(':'), request.getStore()]));
  for (const channel of ['tracing:lockmeter:wait:start', 'lockmeter:lease.renewed', 'lockmeter:lease.lost'])
    note(channel);
  const gate = deferred();
  const running = request.run('A', () => locks.run('inventory', () => gate.promise));
  driver.latest.queue();
  const grant = driver.latest.grant();
  await turn();
  request.run('driver', () => {
    grant.renew();
    grant.lose();
  });
  gate.resolve();
  await running;
  expect(said).toEqual([
    ['lockmeter:wait:start', 'A'],
    ['lease.renewed', 'A'],
    ['lease.lost', 'A'],
  ]);
});
