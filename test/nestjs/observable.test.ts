/**
 * Observables under a lock: held from subscribe to teardown, and not a moment without a subscription.
 */
import { getEventListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LockManager, LockTimeoutError } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { defer, lastValueFrom, NEVER, Observable, repeat, Subject, take, throwError } from 'rxjs';
import { CriticalSection } from '../support/critical-section.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { countListeners } from '../support/left-behind.js';
import { turn } from '../support/ticks.js';
import { until } from '../support/until.js';

/** A provider whose method gives `source`, under the lock "feed". */
async function feed<T>(source: Observable<T>, timeout?: number) {
  @Injectable()
  class Feed {
    calls = 0;

    @WithLock('feed', { timeout, signal: (signal?: AbortSignal) => signal })
    async open(_signal?: AbortSignal): Promise<Observable<T>> {
      return this.result();
    }

    private result(): Observable<T> {
      this.calls++;
      return source;
    }
  }
  const manager = isolatedManager();
  const module = await Test.createTestingModule({
    providers: [Feed, { provide: LockManager, useValue: manager }],
  }).compile();
  return { manager, feed: module.get(Feed), lock: manager.lock('feed') };
}

test('a result that nobody subscribes to holds nothing', async () => {
  const { feed: provider, lock } = await feed(NEVER);
  for (let i = 0; i < 3; i++) await provider.open();
  expect(provider.calls).toBe(3);
  expect(lock.locked()).toBe(false);
});

test('three subscriptions take turns in their order, of one result or of several', async () => {
  const section = new CriticalSection();
  let visit = 0;
  const { feed: provider, lock } = await feed(defer(() => section.enter(`visit ${++visit}`)));
  const [one, two] = [await provider.open(), await provider.open()];
  const results = [one, two, one].map((result) => lastValueFrom(result));
  expect(lock.queueDepth).toBe(2);
  for (let entered = 1; entered <= 3; entered++) {
    await until(() => section.entered.length === entered);
    section.leave();
  }
  expect(await Promise.all(results)).toEqual(['visit 1', 'visit 2', 'visit 3']);
  expect(section.most).toBe(1);
  await until(() => !lock.locked());
});

test('an unsubscribe while queued leaves the queue', async () => {
  const { manager, feed: provider, lock } = await feed(NEVER);
  const result = await provider.open();
  const [holder, queued] = [result.subscribe(), result.subscribe()];
  expect(lock.queueDepth).toBe(1);
  queued.unsubscribe();
  expect(lock.queueDepth).toBe(0);
  expect(numbersOf(manager, 'feed').outcomes.aborted).toBe(1);
  holder.unsubscribe();
  await until(() => !lock.locked());
});

test('an unsubscribe in the instant of the grant passes the lock on and never subscribes to the source', async () => {
  let subscriptions = 0;
  const { manager, feed: provider, lock } = await feed(new Observable(() => void subscriptions++));
  const result = await provider.open();
  const holder = await lock.hold();
  const unlucky = result.subscribe();
  void holder.release(); // grants; what waited resumes only after this turn
  unlucky.unsubscribe();
  await turn();
  expect(subscriptions).toBe(0);
  expect(lock.locked()).toBe(false);
  expect(numbersOf(manager, 'feed').outcomes.aborted).toBe(1);
});

test('the source is torn down before the lock is released', async () => {
  const seen: boolean[] = [];
  const { feed: provider, lock } = await feed(new Observable(() => () => seen.push(lock.locked())));
  (await provider.open()).subscribe().unsubscribe();
  expect(seen).toEqual([true]);
  await until(() => !lock.locked());
});

test('an error of the source reaches the subscriber and those who watch the attempt, once, and releases', async () => {
  const broken = new Error('feed is broken');
  const { manager, feed: provider, lock } = await feed(throwError(() => broken));
  const result = await provider.open();
  const threw: unknown[] = [];
  const errors: unknown[] = [];
  manager.observe({ wants: () => true, attempt: () => ({ threw: (error) => threw.push(error) }) });
  result.subscribe({ error: (error) => errors.push(error) });
  await until(() => !lock.locked());
  await turn();
  expect({ threw, errors }).toEqual({ threw: [broken], errors: [broken] });
});

test('a source that never pauses is stopped by the subscriber, and then the lock is free', async () => {
  const { feed: provider, lock } = await feed(defer(() => [7]).pipe(repeat()));
  const result = await provider.open();
  expect(await lastValueFrom(result.pipe(take(3)))).toBe(7);
  await until(() => !lock.locked());
});

test('timeout and signal hold for a subscription that waits', async () => {
  const { feed: provider, lock } = await feed(new Subject(), 0);
  const leaver = new AbortController();
  const impatient = await provider.open();
  const holder = await lock.hold();
  await expect(lastValueFrom(impatient)).rejects.toThrow(LockTimeoutError);
  await holder.release();

  const { feed: patient, lock: other } = await feed(new Subject());
  const result = await patient.open(leaver.signal);
  const otherHolder = await other.hold();
  const queued = lastValueFrom(result);
  expect(other.queueDepth).toBe(1);
  leaver.abort(new Error('left'));
  await expect(queued).rejects.toThrow('left');
  expect(other.queueDepth).toBe(0);
  await otherHolder.release();
});

describe('1 000 subscriptions with one long-lived signal leave no listener on it', () => {
  const SUBSCRIPTIONS = 1_000;

  test('one after the other, when each has completed', async () => {
    const { feed: provider } = await feed(defer(() => [7]));
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const result = await provider.open(signal);
    for (let i = 0; i < SUBSCRIPTIONS; i++) await lastValueFrom(result);
    await turn();
    expect(listeners.added).toBeGreaterThan(0);
    expect(listeners.present).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('all at once, when they were unsubscribed: the holder and all that waited', async () => {
    const { feed: provider, lock } = await feed(NEVER);
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const result = await provider.open(signal);
    const subscriptions = Array.from({ length: SUBSCRIPTIONS }, () => result.subscribe());
    expect(lock.queueDepth).toBe(SUBSCRIPTIONS - 1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1); // Node warns of a leak at the eleventh
    for (const subscription of subscriptions.reverse()) subscription.unsubscribe();
    await until(() => !lock.locked());
    await turn();
    expect(listeners.added).toBeGreaterThan(0);
    expect(listeners.present).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('and where the signal aborts', async () => {
    const { feed: provider, lock } = await feed(NEVER);
    const controller = new AbortController();
    const result = await provider.open(controller.signal);
    const holder = await lock.hold();
    const refused: unknown[] = [];
    for (let i = 0; i < SUBSCRIPTIONS; i++) result.subscribe({ error: (error) => refused.push(error) });
    controller.abort('left');
    await turn();
    expect(refused).toEqual(Array(SUBSCRIPTIONS).fill('left'));
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await holder.release();
    expect(lock.locked()).toBe(false);
  });
});
