/**
 * What spans say beside how long they were: that a wait is slow, while it lasts, and how many waited for a hold.
 */
import { jest } from '@jest/globals';
import { clock, installControlledClock } from '../../support/controlled-clock.js';
import { deferred } from '../../support/deferred.js';
import { tracingForEachTest } from '../../support/spans.js';

jest.useFakeTimers({ doNotFake: ['hrtime', 'performance', 'Date', 'nextTick', 'queueMicrotask', 'setImmediate'] });
installControlledClock();
const { Lock } = await import('lockmeter');
const { FakeDriver, heldElsewhere } = await import('../../drivers/fake-driver.js');
const { isolatedManager } = await import('../../support/isolated.js');
const { TICK } = await import('../../../src/ticker.js');

const otel = tracingForEachTest();

/** Moves the clock and the process's timer. */
function pass(ms: number): void {
  clock.time += ms;
  jest.advanceTimersByTime(TICK);
}

const events = (name: string): unknown[] =>
  otel.named(name).map((span) => span.events.map((event) => [event.name, event.attributes]));

test('a wait of a second is told who holds, for how long, and how many wait; once', async () => {
  const lock = new Lock('slow');
  const gate = deferred<void>();
  const holder = otel.request('holder', () => lock.run(() => gate.promise, { label: 'POST /checkout' }));
  clock.time += 500;
  const waiters = [1, 2].map(() => otel.request('waiter', () => lock.run(() => 1)));
  pass(999);
  pass(1);
  pass(5_000);
  gate.resolve();
  await Promise.all([holder, ...waiters]);
  const told = {
    'lock.holder.label': 'POST /checkout',
    'lock.holder.age': 1.5,
    'lock.queue.depth': 2,
  };
  expect(events('lock.wait slow')).toEqual([[['lock.slow_wait', told]], [['lock.slow_wait', told]]]);
});

test('a wait for a lock that another process holds is told which, as the engine said last', async () => {
  const driver = new FakeDriver('redis');
  const locks = isolatedManager({ driver });
  const waiter = otel.request('waiter', () => locks.run('elsewhere', () => 1));
  driver.latest.queue({ ahead: 4, holder: heldElsewhere({ age: 2_000 }) });
  pass(900);
  driver.latest.queue({ ahead: 0, holder: heldElsewhere({ age: 50, label: 'GET /stock', pid: 77 }) });
  pass(100);
  driver.latest.grant();
  await waiter;
  const told = {
    'lock.holder.label': 'GET /stock',
    'lock.holder.age': 0.15,
    'lock.holder.process': 'api-2:77',
    'lock.queue.depth': 1,
  };
  expect(events('lock.wait elsewhere')).toEqual([[['lock.slow_wait', told]]]);
});

test('a wait that came later is told later', async () => {
  const lock = new Lock('later');
  const gate = deferred<void>();
  const holder = otel.request('holder', () => lock.run(() => gate.promise));
  const first = otel.request('first', () => lock.run(() => 1));
  clock.time += 600;
  const second = otel.request('second', () => lock.run(() => 1));
  pass(400);
  gate.resolve();
  await Promise.all([holder, first, second]);
  expect(otel.named('lock.wait later').map((span) => span.events.length)).toEqual([1, 0]);
});

test('when nobody waits there is no timer', async () => {
  const lock = new Lock('timer');
  const gate = deferred<void>();
  const holder = otel.request('holder', () => lock.run(() => gate.promise));
  pass(0);
  const before = jest.getTimerCount();
  const waiter = otel.request('waiter', () => lock.run(() => 1));
  expect(jest.getTimerCount()).toBe(before + 1);
  gate.resolve();
  await Promise.all([holder, waiter]);
  pass(0);
  expect(jest.getTimerCount()).toBe(before);
});

test('a hold that ended with callers behind it says how many; one without says nothing', async () => {
  const lock = new Lock('observed');
  const gate = deferred<void>();
  const holder = otel.request('holder', () => lock.run(() => gate.promise));
  const waiters = [1, 2, 3].map(() => otel.request('waiter', () => lock.run(() => 1)));
  gate.resolve();
  await Promise.all([holder, ...waiters]);
  const observed = (depth: number): unknown[] => [['lock.queue_observed', { 'lock.queue.depth': depth }]];
  expect(events('lock.hold observed')).toEqual([observed(3), observed(2), observed(1), []]);
});
