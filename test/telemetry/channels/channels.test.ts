/**
 * The plain channels: what is said of an attempt, when, in whose async context, and to whom it costs anything.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Lock, LockManager, StatsRegistry } from 'lockmeter';
import { deferred } from '../../support/deferred.js';
import { type Heard, hear, listen } from '../../support/hear.js';
import { isolatedLock, isolatedManager } from '../../support/isolated.js';

const REQUESTS = ['request.start', 'request.grant', 'request.miss', 'request.end', 'release'];
const names = (heard: Heard[]): string[] => heard.map(([channel]) => channel);

test('an attempt from start to end, in frozen messages that share its id; the key is said as it is', async () => {
  const heard = hear(...REQUESTS);
  await isolatedManager().run('inventory', () => 1, { key: 'sku-1', label: 'me' });
  expect(names(heard)).toEqual(['request.start', 'request.grant', 'release', 'request.end']);
  const [start, grant, release, end] = heard.map(([, message]) => message);
  const who = { id: expect.any(Number), backend: 'memory', key: 'sku-1', label: 'me' };
  const request = { ...who, name: 'inventory', mode: 'exclusive' };
  expect(start).toEqual(request);
  expect(grant).toEqual({ ...request, contended: false, waited: 0 });
  expect(release).toEqual({ ...who, lock: 'inventory', held: expect.any(Number), queueDepth: 0 });
  expect(end).toEqual({ ...request, outcome: 'acquired', error: undefined });
  expect(new Set(heard.map(([, message]) => message.id)).size).toBe(1);
  expect(heard.map(([, message]) => Object.isFrozen(message))).toEqual([true, true, true, true]);
});

test('a handoff: the release is said before the grant behind it, with how long that waited', async () => {
  const { lock } = isolatedLock();
  const heard = hear('request.grant', 'release');
  await lock.acquire();
  const next = lock.acquire({ label: 'next' });
  lock.release();
  await next;
  expect(names(heard)).toEqual(['request.grant', 'release', 'request.grant']);
  expect(heard[1]![1].queueDepth).toBe(1);
  expect(heard[2]![1]).toMatchObject({ label: 'next', contended: true, waited: expect.any(Number) });
  expect(heard[0]![1].id).not.toBe(heard[2]![1].id);
});

test('what the body threw is the error of the end', async () => {
  const heard = hear('request.end');
  const failure = new Error('body');
  await expect(isolatedLock().lock.run(() => Promise.reject(failure))).rejects.toBe(failure);
  expect(heard).toEqual([['request.end', expect.objectContaining({ outcome: 'acquired', error: failure })]]);
});

test.each<[string, string, (lock: Lock) => unknown, string[]]>([
  ['tryAcquire() of a held lock', 'busy', (lock) => lock.tryAcquire(), ['request.miss', 'request.end']],
  ['a timeout of 0', 'busy', (lock) => lock.acquire({ timeout: 0 }), ['request.miss', 'request.end']],
  ['a full queue', 'rejected', (lock) => lock.acquire({ maxQueue: 0 }), ['request.end']],
  ['an aborted signal', 'aborted', (lock) => lock.acquire({ signal: AbortSignal.abort() }), ['request.end']],
])('%s ends without a grant: %s', async (_case, outcome, ask, said) => {
  const { lock } = isolatedLock();
  await lock.acquire();
  const heard = hear(...REQUESTS);
  const reason = await Promise.resolve(ask(lock)).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(names(heard)).toEqual(['request.start', ...said]);
  expect(heard.at(-1)![1]).toMatchObject({ outcome, error: reason });
});

test('a waiter whose caller gave up after the grant was granted it, and ends as aborted', async () => {
  const { lock } = isolatedLock();
  await lock.acquire();
  const heard = hear(...REQUESTS);
  const controller = new AbortController();
  const late = lock.acquire({ signal: controller.signal });
  lock.release();
  controller.abort('late');
  await expect(late).rejects.toBe('late');
  expect(names(heard)).toEqual(['request.start', 'request.grant', 'request.end']);
  expect(heard.at(-1)![1]).toMatchObject({ outcome: 'aborted', error: 'late' });
});

test('a grant is said in the context of the one who asked, not of the one who released', async () => {
  const { lock } = isolatedLock();
  const request = new AsyncLocalStorage<string>();
  const said: unknown[] = [];
  for (const channel of ['request.grant', 'release', 'request.end']) {
    listen(`lockmeter:${channel}`, ({ label }) => said.push([channel, label, request.getStore()]));
  }
  const open = deferred();
  const first = request.run('A', () => lock.run(() => open.promise, { label: 'a' }));
  const second = request.run('B', () => lock.run(() => undefined, { label: 'b' }));
  open.resolve();
  await Promise.all([first, second]);
  expect(said).toEqual([
    ['request.grant', 'a', 'A'],
    ['release', 'a', 'A'],
    ['request.end', 'a', 'A'],
    ['request.grant', 'b', 'B'],
    ['release', 'b', 'B'],
    ['request.end', 'b', 'B'],
  ]);
});

describe('who listens when', () => {
  test('only while somebody does is an attempt looked at, and then once, whatever number of channels is heard', async () => {
    const { manager, lock } = isolatedLock();
    const observed = (): number => (manager.stats.observers as unknown as { observers: unknown[] }).observers.length;
    const before = observed();
    const stops = REQUESTS.map((channel) => listen(`lockmeter:${channel}`, () => {}));
    expect(observed()).toBe(before + 1);
    for (const stop of stops) stop();
    expect(observed()).toBe(before);
    await lock.run(() => 1);
  });

  test('locks that were there before, and registries that are made after', async () => {
    const before = isolatedLock({}, 'before').lock;
    const heard = hear('request.start');
    await before.run(() => 1);
    await isolatedLock({}, 'after').lock.run(() => 1);
    await new Lock('process').run(() => 1);
    expect(heard.map(([, { name }]) => name)).toEqual(['before', 'after', 'process']);
  });

  test('an attempt that began unheard stays unheard; one that began heard goes on for whoever is left', async () => {
    const { lock } = isolatedLock();
    await lock.acquire();
    const ends = hear('request.end');
    lock.release();
    expect(ends).toEqual([]);
    const stop = listen('lockmeter:request.start', () => {});
    await lock.acquire();
    stop();
    lock.release();
    expect(names(ends)).toEqual(['request.end']);
  });
});

describe('lockmeter:lock.created', () => {
  test('says each name once, when its first lock is asked for', () => {
    const manager = isolatedManager();
    manager.lock('known');
    const heard = hear('lock.created');
    manager.lock('known');
    for (const key of ['a', 'b']) manager.lock('inventory', key);
    new LockManager({ stats: new StatsRegistry() }).lock('elsewhere');
    expect(heard).toEqual([
      ['lock.created', { lock: 'inventory', backend: 'memory' }],
      ['lock.created', { lock: 'elsewhere', backend: 'memory' }],
    ]);
    expect(Object.isFrozen(heard[0]![1])).toBe(true);
  });

  test('says nothing any more when nobody listens', () => {
    const manager = isolatedManager();
    const stop = listen('lockmeter:lock.created', () => {});
    manager.lock('heard');
    stop();
    expect(manager.stats.onGrowth.size).toBe(0);
  });
});
