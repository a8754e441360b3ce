/**
 * A lock at a driver, as its callers see it, whatever the engine answers and whenever.
 */
import {
  LockClosedError,
  LockEngineError,
  LockManager,
  LockQueueFullError,
  LockTimeoutError,
  StatsRegistry,
} from 'lockmeter';
import { deferred } from '../support/deferred.js';
import { turn } from '../support/ticks.js';
import { heldElsewhere } from './fake-driver.js';
import { driver, manager, stats } from './fake-manager.js';

test('run() asks, waits for the grant, runs the body, and waits for the release', async () => {
  const released = deferred<'released'>();
  const body = deferred<string>();
  let seen: unknown[] = [];
  const running = manager.run('inventory', (hold) => {
    seen = [hold.lock, hold.key, hold.fencingToken, hold.signal.aborted];
    return body.promise;
  });
  expect(driver.latest.resource).toBe('inventory');
  expect(driver.latest.attempt).toMatchObject({ wait: true, maxQueue: undefined, info: { pid: process.pid } });
  await turn();
  expect(seen).toEqual([]);
  const grant = driver.latest.grant({ token: 7n, released: released.promise });
  await turn();
  expect(seen).toEqual(['inventory', undefined, 7n, false]);
  expect(manager.lock('inventory').locked()).toBe(true);
  body.resolve('done');
  await turn();
  expect(grant.releases).toBe(1);
  expect(manager.lock('inventory').locked()).toBe(false);
  let over = false;
  running.then(() => {
    over = true;
  });
  await turn();
  expect(over).toBe(false);
  released.resolve('released');
  expect(await running).toBe('done');
});

test('what the body throws is what run() rejects with, after the release', async () => {
  const running = manager.run('inventory', () => Promise.reject(new Error('sold out')));
  const grant = driver.latest.grant();
  await expect(running).rejects.toThrow('sold out');
  expect(grant.releases).toBe(1);
});

test.each([
  ['name', 'a:b', undefined, 'a%3Ab'],
  ['key', 'a', 'b', 'a:b'],
  ['number', 'a', 7, 'a:7'],
  ['percent', 'a%3A', 'b:c', 'a%253A:b%3Ac'],
  ['empty key', 'a', '', 'a:'],
] as const)('its resource is made of name and key, and of nothing else (%s)', (_what, name, key, resource) => {
  void manager.run(name, () => undefined, key === undefined ? {} : { key });
  expect(driver.latest.resource).toBe(resource);
});

test('each attempt has a place of its own at the engine, in the order of the calls', async () => {
  const order: number[] = [];
  const runs = [0, 1, 2].map((i) => manager.run('inventory', () => void order.push(i)));
  expect(driver.asked).toHaveLength(3);
  for (const [i, asked] of driver.asked.entries()) {
    asked.grant();
    await runs[i];
  }
  expect(order).toEqual([0, 1, 2]);
});

test('hold() and await using release once, whatever else is called', async () => {
  const holding = manager.lock('inventory').hold({ label: 'cron' });
  const grant = driver.latest.grant();
  {
    await using hold = await holding;
    expect(driver.latest.attempt.info.label).toBe('cron');
    await hold.release();
    hold[Symbol.dispose]();
  }
  expect(grant.releases).toBe(1);
});

describe('acquire() and release()', () => {
  test('are a pair', async () => {
    const lock = manager.lock('inventory');
    const acquiring = lock.acquire();
    const grant = driver.latest.grant();
    expect(await acquiring).toBe(true);
    lock.release();
    expect(grant.releases).toBe(1);
    expect(() => lock.release()).toThrow('is not held');
  });

  test('the release() of a holder that lost the lock frees nobody else', async () => {
    const lock = manager.lock('inventory');
    const [first, second] = [lock.acquire(), lock.acquire()];
    const [mine, theirs] = driver.asked;
    const lost = mine!.grant();
    await first;
    lost.lose();
    const grant = theirs!.grant();
    await second;
    lock.release(); // of the first, who does not know
    expect(grant.releases).toBe(0);
    lock.release();
    expect(grant.releases).toBe(1);
  });

  test('the release() that finds the lock lost is the one that was owed', async () => {
    const lock = manager.lock('inventory');
    const [first, second] = [lock.acquire(), lock.acquire()];
    const lost = driver.asked[0]!.grant();
    await first;
    lost.valid = false;
    lock.release();
    const grant = driver.asked[1]!.grant();
    await second;
    lock.release();
    expect(grant.releases).toBe(1);
    expect(stats().leaseLost).toBe(1);
  });

  test('tryAcquire() cannot answer at once, and says what can', () => {
    expect(() => manager.lock('inventory').tryAcquire()).toThrow(/acquire\(\{ timeout: 0 \}\)/);
    expect(driver.asked).toHaveLength(0);
  });
});

describe('an attempt that gives up', () => {
  test('by its timeout is cancelled at the engine, and its error says who holds and how many are ahead', async () => {
    const failing = manager.run('inventory', () => undefined, { key: 'sku-1', timeout: 5 });
    driver.latest.queue({ ahead: 3, holder: heldElsewhere({ age: 900, label: 'POST /pay' }) });
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect((error as Error).message).toMatch(
      /^Lock "inventory" \(key "sku-1"\) was not acquired within 5 ms: held by "POST \/pay" \(api-2:4242\) for 9\d\d ms, 3 ahead, 0 waiting in this process$/,
    );
    expect(error).toMatchObject({ holderLabel: 'POST /pay', holderProcess: 'api-2:4242' });
    expect(driver.latest.cancelled).toBe(true);
    expect(stats().outcomes.timeout).toBe(1);
  });

  test('while the engine is away says so, with what went wrong as the cause', async () => {
    const away = new Error('connect ECONNREFUSED 127.0.0.1:6379');
    driver.healthNow = { state: 'degraded', since: 0, error: away };
    const error = await manager.run('inventory', () => undefined, { timeout: 1 }).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(
      /the engine has not said who holds it.*The engine does not answer: connect ECONNREFUSED/,
    );
    expect((error as Error).cause).toBe(away);
  });

  test('by its signal is cancelled, and a grant that comes all the same is given back', async () => {
    const control = new AbortController();
    const failing = manager.run('inventory', () => 'ran', { signal: control.signal });
    control.abort(new Error('client left'));
    await expect(failing).rejects.toThrow('client left');
    expect(driver.latest.cancelled).toBe(true);
    const grant = driver.latest.grant();
    await turn();
    expect(grant.releases).toBe(1);
    expect(stats()).toMatchObject({ held: 0, queueDepth: 0, outcomes: { aborted: 1, acquired: 0 } });
  });

  test('between the grant and its resumption gives the lock back and never runs its body', async () => {
    const control = new AbortController();
    let ran = false;
    const failing = manager.run(
      'inventory',
      () => {
        ran = true;
      },
      { signal: control.signal },
    );
    const grant = driver.latest.grant();
    control.abort(new Error('late'));
    await expect(failing).rejects.toThrow('late');
    expect([ran, grant.releases]).toEqual([false, 1]);
    expect(stats()).toMatchObject({ held: 0, outcomes: { aborted: 1, acquired: 0 } });
  });
});

describe('an attempt that the engine refuses', () => {
  test('busy: LockTimeoutError, and the attempt did not wait', async () => {
    const failing = manager.run('inventory', () => undefined, { timeout: 0 });
    expect(driver.latest.attempt.wait).toBe(false);
    driver.latest.refuse('busy', { ahead: 2, holder: heldElsewhere({ age: 40 }) });
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect((error as Error).message).toMatch(/was not to wait: held by "POST \/checkout" \(api-2:4242\) for 4\d ms/);
    expect(stats()).toMatchObject({ contended: 0, outcomes: { busy: 1, timeout: 0 } });
  });

  test('full: LockQueueFullError with the limit', async () => {
    const failing = manager.run('inventory', () => undefined, { maxQueue: 4 });
    expect(driver.latest.attempt.maxQueue).toBe(4);
    driver.latest.refuse('full', { ahead: 4, holder: heldElsewhere() });
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockQueueFullError);
    expect(error).toMatchObject({ maxQueue: 4 });
    expect(stats().outcomes.rejected).toBe(1);
  });

  test('closed: LockClosedError', async () => {
    const failing = manager.run('inventory', () => undefined);
    driver.latest.refuse('closed');
    await expect(failing).rejects.toThrow(LockClosedError);
  });

  test('for good: LockEngineError with what went wrong', async () => {
    const cause = new Error('Redis at 127.0.0.1:6379: NOAUTH Authentication required');
    const failing = manager.run('inventory', () => undefined);
    driver.latest.fail(cause);
    const error = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LockEngineError);
    expect((error as Error).message).toBe(`Lock "inventory" was not acquired, fake failed: ${cause.message}`);
    expect(error).toMatchObject({ code: 'ERR_LOCK_ENGINE', cause });
    expect(stats()).toMatchObject({ held: 0, queueDepth: 0, outcomes: { error: 1 } });
  });
});

describe('numbers', () => {
  test('a wait at the engine is a wait, and contention only if it queued', async () => {
    const free = manager.run('inventory', () => undefined);
    driver.latest.grant();
    await free;
    expect(stats()).toMatchObject({ backend: 'fake', contended: 0, outcomes: { acquired: 1 } });
    const queued = manager.run('inventory', () => undefined);
    driver.latest.queue({ holder: heldElsewhere() });
    driver.latest.grant();
    await queued;
    expect(stats()).toMatchObject({ contended: 1, outcomes: { acquired: 2 }, wait: { count: 2 }, hold: { count: 2 } });
  });

  test('a lock that another process holds is awaited here, not held, and the snapshot says by whom', async () => {
    void manager.run('inventory', () => undefined, { label: 'GET /stock' });
    driver.latest.queue({ holder: heldElsewhere({ age: 2_000 }) });
    const { held, queueDepth, queueDepthMax, holders, waiterAgeSeconds, queuedTimeSeconds } = stats();
    expect([held, queueDepth, queueDepthMax]).toEqual([0, 1, 1]);
    expect(queuedTimeSeconds).toBe(waiterAgeSeconds);
    expect(holders).toEqual([
      expect.objectContaining({ label: 'POST /checkout', process: 'api-2:4242', queueDepth: 1 }),
    ]);
    expect(holders[0]!.ageSeconds).toBeGreaterThanOrEqual(2);
    expect(holders[0]!.waiters).toMatchObject([{ label: 'GET /stock' }]);
  });

  test('waiters behind a hold of this process are counted once', async () => {
    const body = deferred();
    void manager.run('inventory', () => body.promise);
    void manager.run('inventory', () => undefined);
    driver.asked[0]!.grant();
    await turn();
    expect(stats()).toMatchObject({ held: 1, queueDepth: 1, holders: [{ process: null, queueDepth: 1 }] });
    body.resolve();
  });

  test('a key that was used once leaves nothing behind', async () => {
    const control = new AbortController();
    const gone = manager.run('inventory', () => undefined, { key: 'b', signal: control.signal });
    control.abort();
    await gone.catch(() => undefined);
    const served = manager.run('inventory', () => undefined, { key: 'a' });
    driver.latest.grant();
    await served;
    const { families } = manager as unknown as { families: Map<string, { used: Map<string, unknown> }> };
    expect(families.get('inventory')!.used.size).toBe(0);
    await manager.close();
  });
});

test('a grant that is over when it arrives is not believed: the attempt asks again', async () => {
  const running = manager.run('inventory', () => 'ran');
  driver.latest.grant({ valid: false });
  expect(driver.asked).toHaveLength(2);
  expect(stats().held).toBe(0);
  driver.latest.grant();
  expect(await running).toBe('ran');
});

test('a grant while this process believes to hold means that the earlier hold was lost', async () => {
  const body = deferred();
  let signal: AbortSignal | undefined;
  const first = manager.run('inventory', (hold) => {
    ({ signal } = hold);
    return body.promise;
  });
  const second = manager.run('inventory', () => signal!.aborted);
  driver.asked[0]!.grant();
  await turn();
  driver.asked[1]!.grant();
  expect(await second).toBe(true);
  expect(stats().leaseLost).toBe(1);
  body.resolve();
  await first;
});

describe('close()', () => {
  test('waits for holds and waiters, and then closes the driver', async () => {
    const body = deferred();
    const running = manager.run('inventory', () => body.promise);
    const waiting = manager.run('inventory', () => 'served');
    driver.asked[0]!.grant();
    await turn();
    const closing = manager.close();
    await expect(manager.run('inventory', () => undefined)).rejects.toThrow(LockClosedError);
    expect(driver.closes).toBe(0);
    body.resolve();
    await running;
    driver.asked[1]!.grant();
    expect(await waiting).toBe('served');
    await closing;
    expect(driver.closes).toBe(1);
  });

  test('with reject cancels those who wait', async () => {
    const waiting = manager.run('inventory', () => undefined);
    driver.latest.queue();
    const closing = manager.close({ reject: true });
    await expect(waiting).rejects.toThrow(LockClosedError);
    expect(driver.latest.cancelled).toBe(true);
    await closing;
  });
});

test('inspect() asks the engine; health() is the driver’s', async () => {
  driver.state = { locked: true, queueDepth: 1, holder: heldElsewhere(), next: [{ id: 'b-1', pid: 7 }] };
  driver.healthNow = { state: 'degraded', since: 5, address: '127.0.0.1:1' };
  expect(await manager.inspect('inventory', 'sku-1')).toMatchObject({
    lock: 'inventory',
    key: 'sku-1',
    backend: 'fake',
    locked: true,
    holder: { host: 'api-2', pid: 4242, fencingToken: '1' },
    next: [{ pid: 7 }],
  });
  expect(manager.health()).toEqual({ backend: 'fake', state: 'degraded', since: 5, address: '127.0.0.1:1' });
});

test('the same name in memory and at a driver has numbers of its own each', async () => {
  const registry = new StatsRegistry();
  const memory = new LockManager({ stats: registry });
  const shared = new LockManager({ stats: registry, driver });
  await memory.run('inventory', () => undefined);
  void shared.run('inventory', () => undefined);
  expect(memory.snapshot().locks.map(({ name, backend, queueDepth }) => [name, backend, queueDepth])).toEqual([
    ['inventory', 'memory', 0],
    ['inventory', 'fake', 1],
  ]);
});

test('a holder that asks again for its own lock is told that it waits for itself', async () => {
  const throwing = new LockManager({ driver, stats: new StatsRegistry(), deadlocks: 'throw' });
  const running = throwing.run('inventory', () => throwing.run('inventory', () => undefined));
  driver.asked[0]!.grant();
  await expect(running).rejects.toThrow('A lock is not reentrant');
  expect(driver.asked[1]!.cancelled).toBe(true);
});

test.each([
  [{ driver: {} }, 'driver must be a LockDriver, such as redisDriver() makes, got [object Object]'],
  [{ driver: null }, 'driver must be a LockDriver, such as redisDriver() makes, got null'],
  [{ storeTraceparent: 1 }, 'storeTraceparent must be true or false, got 1'],
])('refuses %p', (options, message) => {
  expect(() => new LockManager(options as never)).toThrow(message);
});

describe('use()', () => {
  test('moves the locks of a manager that was made without a driver', async () => {
    const plain = new LockManager({ stats: new StatsRegistry() });
    plain.use(driver);
    void plain.run('inventory', () => undefined);
    expect(driver.asked).toHaveLength(1);
    expect(plain.driver).toBe(driver);
  });

  test('must come before the first lock, and once', () => {
    const used = new LockManager({ stats: new StatsRegistry() });
    used.lock('inventory');
    expect(() => used.use(driver)).toThrow(
      'before the first lock, or there would be two of its name: lock "inventory"',
    );
    expect(used.driver).toBeUndefined();
    expect(() => manager.use(driver)).toThrow('must come once');
    expect(() => used.use({} as never)).toThrow('driver must be a LockDriver');
  });
});
