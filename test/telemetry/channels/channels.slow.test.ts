/**
 * `lockmeter:slow-wait` and `lockmeter:slow-hold`: said from the moment somebody subscribes, even of a lock that was stuck
 * before and is asked for no more; and no timer runs without a subscriber.
 */
import { jest } from '@jest/globals';
import { installControlledClock } from '../../support/controlled-clock.js';
import { hear, listen } from '../../support/hear.js';
import { installControlledTimers, passTime } from '../../support/pass-time.js';

installControlledClock();
installControlledTimers();
const { isolatedLock } = await import('../../support/isolated.js');
const { Lock } = await import('lockmeter');

test('a lock that is stuck already, of the process or with numbers of its own', async () => {
  const stuck = [new Lock('process'), isolatedLock({}, 'own').lock];
  for (const lock of stuck) {
    await lock.acquire({ label: 'holder' });
    void lock.acquire();
  }
  passTime(20_000);
  expect(jest.getTimerCount()).toBe(0);
  const heard = hear('slow-wait', 'slow-hold');
  passTime(500);
  const situation = { key: undefined, backend: 'memory', queueDepth: 1, holderLabel: 'holder', holderAge: 20_500 };
  const wait = { ...situation, waited: 20_500 };
  expect(heard).toEqual([
    ['slow-wait', { lock: 'process', ...wait }],
    ['slow-hold', { lock: 'process', ...situation }],
    ['slow-wait', { lock: 'own', ...wait }],
    ['slow-hold', { lock: 'own', ...situation }],
  ]);
  for (const lock of stuck) for (let i = 0; i < 2; i++) lock.release();
});

test('the timer is there for as long as one of the two is heard', () => {
  const stops = ['slow-wait', 'slow-hold'].map((channel) => listen(`lockmeter:${channel}`, () => {}));
  expect(jest.getTimerCount()).toBe(1);
  stops[0]!();
  expect(jest.getTimerCount()).toBe(1);
  stops[1]!();
  expect(jest.getTimerCount()).toBe(0);
});

test('listening for what is slow makes no attempt a followed one', async () => {
  const { manager, lock } = isolatedLock();
  const before = manager.stats.observers.follow(lock, undefined, undefined);
  listen('lockmeter:slow-wait', () => {});
  expect([before, manager.stats.observers.follow(lock, undefined, undefined)]).toEqual([undefined, undefined]);
  await lock.run(() => 1);
});
