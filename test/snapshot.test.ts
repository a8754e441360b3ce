/**
 * The snapshot: plain JSON in seconds, in which no key can be read.
 */
import { clock, installControlledClock } from './support/controlled-clock.js';

installControlledClock();
const { isolatedManager, numbersOf } = await import('./support/isolated.js');
const { FakeDriver, heldElsewhere } = await import('./drivers/fake-driver.js');
const { BUCKET_BOUNDS_SECONDS } = await import('lockmeter');
const { SNAPSHOT_HOLDERS, SNAPSHOT_WAITERS } = await import('../src/snapshot.js');

const cells = (found: Record<number, number>): number[] =>
  Array.from({ length: BUCKET_BOUNDS_SECONDS.length + 1 }, (_, cell) => found[cell] ?? 0);

test('has this shape', async () => {
  const manager = isolatedManager();
  const lock = manager.lock('inventory', 'sku-1');
  const first = await lock.hold();
  void lock.acquire({ label: 'POST /checkout' });
  clock.time += 40;
  await first.release();
  void lock.acquire({ label: 'GET /stock' });
  clock.time += 500;
  void lock.acquire();
  clock.time += 1_500;
  const snapshot = manager.snapshot();
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  expect(new Date(snapshot.at).toISOString()).toBe(snapshot.at);
  expect(snapshot).toEqual({
    version: 1,
    at: snapshot.at,
    foldedNames: 0,
    observerErrors: 0,
    locks: [
      {
        name: 'inventory',
        backend: 'memory',
        held: 1,
        queueDepth: 2,
        queueDepthMax: 2,
        holderAgeSeconds: 2,
        waiterAgeSeconds: 2,
        heldTimeSeconds: 2.04,
        queuedTimeSeconds: 3.54,
        outcomes: { acquired: 2, timeout: 0, aborted: 0, rejected: 0, busy: 0, error: 0 },
        contended: 1,
        abandoned: 0,
        leaseLost: 0,
        wait: {
          count: 2,
          sumSeconds: 0.04,
          p50Seconds: 0.00001,
          p99Seconds: expect.closeTo(0.025 + 0.025 * 0.98, 10),
          buckets: cells({ 0: 1, 8: 1 }),
        },
        hold: {
          count: 1,
          sumSeconds: 0.04,
          p50Seconds: expect.closeTo(0.0375, 10),
          p99Seconds: expect.closeTo(0.025 + 0.025 * 0.99, 10),
          buckets: cells({ 8: 1 }),
        },
        holders: [
          {
            label: 'POST /checkout',
            process: null,
            keyHash: expect.stringMatching(/^[0-9a-f]{8}$/),
            ageSeconds: 2,
            queueDepth: 2,
            waiters: [
              { label: 'GET /stock', ageSeconds: 2 },
              { label: null, ageSeconds: 1.5 },
            ],
          },
        ],
      },
    ],
  });
});

test('a lock that is awaited here and held by another process, as its engine said last', async () => {
  const driver = new FakeDriver('redis');
  const manager = isolatedManager({ driver });
  const lock = manager.lock('inventory');
  void lock.acquire({ label: 'GET /stock' });
  driver.latest.queue({ holder: heldElsewhere({ age: 4_000 }) });
  clock.time += 500;
  expect(numbersOf(manager)).toMatchObject({
    backend: 'redis',
    held: 0,
    queueDepth: 1,
    waiterAgeSeconds: 0.5,
    holders: [
      {
        label: 'POST /checkout',
        process: 'api-2:4242',
        keyHash: null,
        ageSeconds: 4.5,
        queueDepth: 1,
        waiters: [{ label: 'GET /stock', ageSeconds: 0.5 }],
      },
    ],
  });
});

test('a lease that was lost is counted, and its hold is over', async () => {
  const driver = new FakeDriver('redis');
  const manager = isolatedManager({ driver });
  const taking = manager.lock('inventory').acquire();
  const grant = driver.latest.grant();
  await taking;
  clock.time += 30;
  expect(numbersOf(manager)).toMatchObject({ held: 1, leaseLost: 0 });
  grant.lose();
  clock.time += 30;
  expect(numbersOf(manager)).toMatchObject({ held: 0, leaseLost: 1, heldTimeSeconds: 0.03, holders: [] });
});

test('what was never observed is null, not NaN', () => {
  const manager = isolatedManager();
  manager.lock('inventory');
  expect(numbersOf(manager)).toMatchObject({ wait: { p50Seconds: null, p99Seconds: null }, holders: [] });
});

test('no raw key is in it; one key has one hash, two keys two', async () => {
  const manager = isolatedManager();
  await manager.lock('inventory', 'alice@example.org').acquire();
  await manager.lock('orders', 'alice@example.org').acquire();
  await manager.lock('orders', 'bob@example.org').acquire();
  expect(JSON.stringify(manager.snapshot())).not.toMatch(/alice|bob|example/);
  const hashes = manager.snapshot().locks.flatMap((lock) => lock.holders.map((holder) => holder.keyHash));
  expect(hashes[0]).toBe(hashes[1]);
  expect(new Set(hashes).size).toBe(2);
});

test('holders are the oldest first, a hundred at most, and held counts them all', async () => {
  const manager = isolatedManager();
  const count = SNAPSHOT_HOLDERS + 20;
  for (let key = 0; key < count; key++) {
    await manager.lock('inventory', key).acquire({ label: `holder ${key}` });
    clock.time += 1;
  }
  const { holders, held } = numbersOf(manager);
  expect(held).toBe(count);
  expect(holders.map((holder) => holder.label)).toEqual(
    Array.from({ length: SNAPSHOT_HOLDERS }, (_, key) => `holder ${key}`),
  );
  expect(holders[0]!.ageSeconds).toBeCloseTo(count / 1e3, 10);
});

test('a lock that was handed over is as young as its new holder', async () => {
  const manager = isolatedManager();
  const [a, b] = [manager.lock('inventory', 'a'), manager.lock('inventory', 'b')];
  const first = await a.hold({ label: 'a1' });
  void a.acquire({ label: 'a2' });
  clock.time += 10;
  await b.acquire({ label: 'b1' });
  clock.time += 10;
  await first.release();
  expect(numbersOf(manager).holders.map((holder) => holder.label)).toEqual(['b1', 'a2']);
  expect(numbersOf(manager).holderAgeSeconds).toBe(0.01);
});

test('the waiters of a name are named up to a limit, those of the oldest hold first', async () => {
  const manager = isolatedManager();
  for (const key of ['a', 'b', 'c']) {
    for (let i = 0; i < 60; i++) void manager.lock('inventory', key).acquire({ label: `${key} ${i}` });
  }
  const { holders, queueDepth } = numbersOf(manager);
  expect(queueDepth).toBe(177);
  expect(holders.map(({ waiters }) => waiters.length)).toEqual([59, SNAPSHOT_WAITERS - 59, 0]);
  expect(holders[1]!.waiters[0]!.label).toBe('b 1');
});
