/**
 * Names and keys → locks: the same one for everybody while it is in use, nothing at all afterwards, and a close that lets
 * nobody in any more.
 */
import v8 from 'node:v8';
import vm from 'node:vm';
import { type Lock, LockManager, locks } from 'lockmeter';
import { isolatedManager, numbersOf } from './support/isolated.js';
import { stateOf, ticks } from './support/ticks.js';

/** Entries that a manager keeps for the keys of a name. */
const entriesOf = (manager: LockManager, name: string): number =>
  (manager as unknown as { families: Map<string, { used: Map<string, Lock> }> }).families.get(name)!.used.size;

describe('lock(name, key)', () => {
  test('is one lock per name, and per key in use', async () => {
    const manager = isolatedManager();
    expect(manager.lock('inventory')).toBe(manager.lock('inventory'));
    expect(manager.lock('inventory')).not.toBe(manager.lock('orders'));
    const hold = await manager.lock('inventory', 'a').hold();
    expect(manager.lock('inventory', 'a')).toBe(manager.lock('inventory', 'a'));
    expect(manager.lock('inventory', 'a').locked()).toBe(true);
    expect(manager.lock('inventory', 'b').locked()).toBe(false);
    expect(manager.lock('inventory').locked()).toBe(false);
    await hold.release();
  });

  test('7 and "7" are one key, 7 and "07" are two', async () => {
    const manager = isolatedManager();
    await manager.lock('inventory', 7).acquire();
    expect(manager.lock('inventory', '7').locked()).toBe(true);
    expect(manager.lock('inventory', '07').locked()).toBe(false);
    expect(manager.lock('inventory', 7).key).toBe('7');
  });

  test.each(['', '0', '__proto__', 'constructor', 'a\u0000b', '\ud800'])('%j is a key like any other', async (key) => {
    const manager = isolatedManager();
    await manager.lock('inventory', key).acquire();
    expect(manager.lock('inventory', key).locked()).toBe(true);
    expect(manager.lock('inventory').locked()).toBe(false);
    manager.lock('inventory', key).release();
    expect(entriesOf(manager, 'inventory')).toBe(0);
  });

  test('an idle handle that was kept and a new one never let two in', async () => {
    const manager = isolatedManager();
    const kept = manager.lock('inventory', 'a');
    await kept.run(() => undefined);
    const fresh = manager.lock('inventory', 'a');
    expect(fresh).not.toBe(kept);

    const hold = await fresh.hold();
    expect([kept.locked(), kept.queueDepth, kept.tryAcquire()]).toEqual([true, 0, false]);
    const waiting = [kept.hold(), kept.run(() => 'run'), kept.acquire()];
    expect([fresh.queueDepth, kept.queueDepth]).toEqual([3, 3]);
    expect(String(kept)).toBe('Lock(inventory/a) [locked, waiters:3]');
    expect(await stateOf(waiting[0]!)).toBe('pending');
    await hold.release();
    await (await (waiting[0] as ReturnType<Lock['hold']>)).release();
    await expect(waiting[1]).resolves.toBe('run');
    await waiting[2];
    kept.release();
    expect([kept.locked(), fresh.locked(), entriesOf(manager, 'inventory')]).toEqual([false, false, 0]);
  });

  test('many kept handles taking turns stay one lock', async () => {
    const manager = isolatedManager();
    const handles = Array.from({ length: 20 }, () => manager.lock('inventory', 'a'));
    let inside = 0;
    let worst = 0;
    const body = async (): Promise<void> => {
      worst = Math.max(worst, ++inside);
      await ticks(2);
      inside--;
    };
    for (let round = 0; round < 5; round++) {
      await Promise.all(handles.flatMap((handle) => [handle.run(body), manager.run('inventory', body, { key: 'a' })]));
    }
    expect(worst).toBe(1);
    expect(numbersOf(manager)).toMatchObject({ held: 0, outcomes: { acquired: 200 }, hold: { count: 200 } });
  });

  test('release() on a kept handle ends the hold that the key has now, and fails when it has none', async () => {
    const manager = isolatedManager();
    const [one, two] = [manager.lock('inventory', 'a'), manager.lock('inventory', 'a')];
    await one.acquire();
    two.release();
    expect(one.locked()).toBe(false);
    expect(() => two.release()).toThrow('is not held');
  });
});

describe('a million keys', () => {
  test('used once each leave no entry and no memory', async () => {
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc') as () => void;
    const manager = isolatedManager();
    const use = (from: number, to: number): void => {
      for (let key = from; key < to; key++) {
        const lock = manager.lock('inventory', key);
        lock.tryAcquire();
        lock.release();
      }
    };
    use(0, 20_000);
    for (let key = 0; key < 1_000; key++) await manager.run('inventory', () => undefined, { key });
    gc();
    const before = process.memoryUsage().heapUsed;
    use(20_000, 1_000_000);
    gc();
    const retained = process.memoryUsage().heapUsed - before;
    expect(entriesOf(manager, 'inventory')).toBe(0);
    expect(numbersOf(manager)).toMatchObject({ held: 0, outcomes: { acquired: 1_001_000 } });
    expect(retained).toBeLessThan(4_000_000);
  });

  test.each([
    ['a body that throws', (m: LockManager) => m.run('inventory', () => Promise.reject(new Error('x')), { key: 1 })],
    [
      'a waiter that timed out',
      async (m: LockManager) => {
        const hold = await m.lock('inventory', 1).hold();
        await m
          .lock('inventory', 1)
          .acquire({ timeout: 0 })
          .catch(() => {});
        await m
          .lock('inventory', 1)
          .acquire({ timeout: 1 })
          .catch(() => {});
        await hold.release();
      },
    ],
    [
      'a caller that aborted after the handoff',
      async (m: LockManager) => {
        const hold = await m.lock('inventory', 1).hold();
        const controller = new AbortController();
        const waiting = m.run('inventory', () => 1, { key: 1, signal: controller.signal });
        await hold.release();
        controller.abort();
        await waiting;
      },
    ],
    [
      'an attempt that was aborted before',
      (m: LockManager) => m.lock('inventory', 1).acquire({ signal: AbortSignal.abort() }),
    ],
  ])('no entry is left by %s', async (_what, use) => {
    const manager = isolatedManager();
    await use(manager).catch(() => {});
    expect(entriesOf(manager, 'inventory')).toBe(0);
  });
});

describe('defaults', () => {
  test('timeout and maxQueue go for every lock of the manager', async () => {
    const manager = isolatedManager({ timeout: 1, maxQueue: 1 });
    await manager.lock('inventory').acquire();
    const expired = manager.run('inventory', () => 1);
    await expect(manager.run('inventory', () => 1)).rejects.toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL' });
    await expect(expired).rejects.toMatchObject({ code: 'ERR_LOCK_TIMEOUT', timeout: 1 });
  });

  test('run() passes options and the hold on', async () => {
    const manager = isolatedManager();
    const seen = await manager.run('inventory', (hold) => [hold.lock, hold.key, hold.label], { key: 5, label: 'me' });
    expect(seen).toEqual(['inventory', '5', 'me']);
  });

  test('run() starts the body synchronously when the lock is free', async () => {
    let started = false;
    const running = isolatedManager().run('inventory', () => {
      started = true;
    });
    expect(started).toBe(true);
    await running;
  });

  test('the process has a default manager', () => {
    expect(locks).toBeInstanceOf(LockManager);
  });
});
