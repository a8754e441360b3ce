/**
 * The tracing channels: the events of the platform's own `tracePromise`, in its order, around waits and bodies; and a store
 * bound to a body is there in the whole of it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { withLock } from 'lockmeter';
import { deferred } from '../../support/deferred.js';
import { type Heard, hear, hearTracing, listen } from '../../support/hear.js';
import { isolatedLock, isolatedManager } from '../../support/isolated.js';
import { ticks } from '../../support/ticks.js';

const names = (heard: Heard[]): string[] => heard.map(([event]) => event);
const failure = new Error('body');

describe('tracing:lockmeter:hold', () => {
  const bodies: [string, () => unknown][] = [
    ['resolves', async () => ticks(2).then(() => 1)],
    ['rejects', async () => ticks(2).then(() => Promise.reject(failure))],
    [
      'throws',
      () => {
        throw failure;
      },
    ],
    ['returns', () => 1],
  ];

  test.each(bodies)(
    'a body that %s: the events of tracePromise, with the same result and error',
    async (_how, body) => {
      const platform = tracingChannel<unknown, { result?: unknown; error?: unknown }>('lockmeter:hold');
      const heard = hearTracing('hold');
      const call = async (): Promise<unknown> => platform.tracePromise(body as () => Promise<unknown>, {});
      await call().catch(() => {});
      const theirs = heard.splice(0).map(([event, { result, error }]) => [event, result, error]);
      await isolatedLock()
        .lock.run(body)
        .catch(() => {});
      expect(heard.map(([event, { result, error }]) => [event, result, error])).toEqual(theirs);
      expect(theirs.length).toBeGreaterThanOrEqual(3);
    },
  );

  test('its context says whose body it is; the events share it, and asyncEnd comes before the release', async () => {
    const contexts = new Set<unknown>();
    for (const event of ['start', 'asyncEnd']) listen(`tracing:lockmeter:hold:${event}`, (it) => contexts.add(it));
    const heard = hearTracing('hold');
    const order: string[] = [];
    listen('tracing:lockmeter:hold:asyncEnd', () => order.push('asyncEnd'));
    listen('lockmeter:release', () => order.push('release'));
    await isolatedManager().run('inventory', async () => 'done', { key: 7, label: 'me' });
    expect(heard[0]).toEqual([
      'hold:start',
      {
        lock: 'inventory',
        id: expect.any(Number),
        backend: 'memory',
        key: '7',
        label: 'me',
        contended: false,
        waited: 0,
      },
    ]);
    expect(contexts.size).toBe(1);
    expect(order).toEqual(['asyncEnd', 'release']);
  });

  test('a body that releases early is over when it is over', async () => {
    const order: string[] = [];
    listen('lockmeter:release', () => order.push('release'));
    for (const event of ['end', 'asyncEnd']) listen(`tracing:lockmeter:hold:${event}`, () => order.push(event));
    const { lock } = isolatedLock();
    await lock.run(async (hold) => {
      await undefined;
      await hold.release();
      order.push('body');
      await ticks(3);
    });
    expect(order.splice(0)).toEqual(['end', 'release', 'body', 'asyncEnd']);
    await lock.run((hold) => void hold.release());
    expect(order.splice(0)).toEqual(['release', 'end', 'asyncEnd']);
    // biome-ignore lint/suspicious/noThenProperty: what a query builder looks like
    await lock.run((hold) => ({ then: (done: () => void) => done(), released: hold.release() }));
    expect(order).toEqual(['release', 'end', 'asyncEnd']);
  });

  test('a thenable’s then is called once, and it is over with the hold', async () => {
    const heard = hearTracing('hold');
    let queries = 0;
    const query: PromiseLike<number> = {
      // biome-ignore lint/suspicious/noThenProperty: this is what a query builder looks like
      then: (onValue, onReason) => Promise.resolve(++queries).then(onValue, onReason),
    };
    class Lazy<T> extends Promise<T> {
      // biome-ignore lint/suspicious/noThenProperty: a promise that starts its work when it is awaited
      override then<A = T, B = never>(...on: Parameters<Promise<T>['then']>): Promise<A | B> {
        queries++;
        return super.then(...on) as Promise<A | B>;
      }
    }
    await expect(isolatedLock().lock.run(() => query)).resolves.toBe(1);
    expect(queries).toBe(1);
    const lazy = new Lazy<string>((resolve) => resolve('lazy'));
    const awaitedOnce = queries;
    await lazy;
    const perAwait = queries - awaitedOnce;
    queries = 0;
    await expect(isolatedLock().lock.run(() => new Lazy<string>((resolve) => resolve('lazy')))).resolves.toBe('lazy');
    expect(queries).toBe(perAwait);
    const calm = ['hold:start', 'hold:end', 'hold:asyncStart', 'hold:asyncEnd'];
    expect(names(heard)).toEqual([...calm, ...calm]);
  });

  test('the caller gets the very settlement it would get unheard, in as many ticks', async () => {
    const unheard = await settledAfter();
    hearTracing('hold', 'wait');
    expect(await settledAfter()).toEqual(unheard);
  });

  /** The ticks until a run of a free lock that is followed by somebody settles. */
  async function settledAfter(): Promise<number> {
    const { manager, lock } = isolatedLock();
    manager.observe({ wants: () => true, attempt: () => ({ body: (run) => run() }) });
    let settled = false;
    let count = 0;
    void lock
      .run(async () => 1)
      .then(() => {
        settled = true;
      });
    for (; !settled; count++) await undefined;
    return count;
  }
});

describe('bindStore', () => {
  const start = tracingChannel<unknown, { lock: string }>('lockmeter:hold').start;
  const store = new AsyncLocalStorage<string>();

  afterEach(() => {
    start.unbindStore(store);
  });

  test.each(['free', 'contended'])(
    'a store bound to the start of a hold is there in the whole body: %s',
    async (how) => {
      start.bindStore(store, ({ lock }) => `in ${lock}`);
      const { lock } = isolatedLock();
      if (how === 'contended') await lock.acquire();
      const seen: unknown[] = [];
      const running = store.run('outside', () =>
        lock.run(async () => {
          seen.push(store.getStore());
          await ticks(3);
          seen.push(store.getStore());
          await new Promise((resolve) => setImmediate(resolve));
          seen.push(store.getStore());
        }),
      );
      if (how === 'contended') lock.release();
      await store.run('outside', async () => {
        await running;
        seen.push(store.getStore());
      });
      expect(seen).toEqual(['in inventory', 'in inventory', 'in inventory', 'outside']);
    },
  );

  test('in withLock(), and in the events that follow', async () => {
    start.bindStore(store, ({ lock }) => `in ${lock}`);
    const seen: unknown[] = [];
    for (const event of ['end', 'asyncStart', 'asyncEnd']) {
      listen(`tracing:lockmeter:hold:${event}`, () => seen.push([event, store.getStore()]));
    }
    const reserve = withLock('stores', async () => store.getStore(), { manager: isolatedManager() });
    await expect(reserve()).resolves.toBe('in stores');
    expect(seen).toEqual([
      ['end', 'in stores'],
      ['asyncStart', 'in stores'],
      ['asyncEnd', 'in stores'],
    ]);
  });

  test('binding is enough to be heard, and unbinding to cost nothing again', () => {
    const { manager } = isolatedLock();
    const observed = (): number => (manager.stats.observers as unknown as { observers: unknown[] }).observers.length;
    const before = observed();
    start.bindStore(store, () => 'x');
    expect(observed()).toBe(before + 1);
    start.unbindStore(store);
    expect(observed()).toBe(before);
  });
});

describe('tracing:lockmeter:wait', () => {
  test('only attempts that found the lock held; it names what they wait behind', async () => {
    const heard = hearTracing('wait');
    const requests = hear('request.start');
    const { lock } = isolatedLock();
    const open = deferred();
    const first = lock.run(() => open.promise, { label: 'first' });
    const second = lock.run(() => 2, { label: 'second' });
    const third = lock.run(() => 3, { label: 'third' });
    expect(names(heard)).toEqual(['wait:start', 'wait:end', 'wait:start', 'wait:end']);
    open.resolve();
    await Promise.all([first, second, third]);
    expect(names(heard.slice(4))).toEqual(['wait:asyncStart', 'wait:asyncEnd', 'wait:asyncStart', 'wait:asyncEnd']);
    const firstId = requests[0]![1].id;
    const wait = { lock: 'inventory', id: expect.any(Number), backend: 'memory', key: undefined };
    const behind = { holder: 'first', blockedBy: firstId };
    expect(heard[0]![1]).toEqual({ ...wait, ...behind, label: 'second', queueDepth: 0 });
    expect(heard[2]![1]).toEqual({ ...wait, ...behind, label: 'third', queueDepth: 1 });
    expect(heard[5]![1]).toEqual({ ...heard[0]![1], outcome: 'acquired' });
  });

  test.each<[string, number | undefined, boolean]>([
    ['busy', 0, false],
    ['timeout', 1, false],
    ['aborted', undefined, true],
  ])('a wait that fails: %s', async (outcome, timeout, abort) => {
    const { lock } = isolatedLock();
    await lock.acquire();
    const heard = hearTracing('wait');
    const controller = new AbortController();
    const failing = lock.acquire({ timeout, signal: controller.signal });
    if (abort) controller.abort(failure);
    const error = await failing.catch((reason: unknown) => reason);
    expect(names(heard)).toEqual(['wait:start', 'wait:end', 'wait:error', 'wait:asyncStart', 'wait:asyncEnd']);
    expect(heard.at(-1)![1]).toMatchObject({ outcome, error });
  });

  test('it is over in the context of the one who waited', async () => {
    const { lock } = isolatedLock();
    const request = new AsyncLocalStorage<string>();
    await lock.acquire();
    const seen: unknown[] = [];
    listen('tracing:lockmeter:wait:asyncEnd', () => seen.push(request.getStore()));
    const waiting = request.run('waiter', () => lock.acquire());
    request.run('releaser', () => lock.release());
    await waiting;
    expect(seen).toEqual(['waiter']);
  });
});
