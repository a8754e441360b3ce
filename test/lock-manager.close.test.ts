/**
 * A closed manager grants nothing new; who waits gets a turn or an error, and who holds ends in peace.
 */
import { Lock, LockClosedError } from 'lockmeter';
import { deferred } from './support/deferred.js';
import { isolatedLock, numbersOf } from './support/isolated.js';
import { stateOf } from './support/ticks.js';

describe('close()', () => {
  test('of an idle manager resolves at once; attempts are then refused, and counted', async () => {
    const { manager, lock } = isolatedLock();
    await manager.close();
    let ran = 0;
    await expect(lock.run(() => ran++)).rejects.toBeInstanceOf(LockClosedError);
    await expect(lock.acquire()).rejects.toBeInstanceOf(LockClosedError);
    await expect(lock.hold()).rejects.toBeInstanceOf(LockClosedError);
    await expect(manager.run('new', () => 1, { key: 1 })).rejects.toBeInstanceOf(LockClosedError);
    expect(lock.tryAcquire()).toBe(false);
    expect(ran).toBe(0);
    expect(numbersOf(manager)).toMatchObject({ outcomes: { rejected: 4, acquired: 0 }, held: 0 });
  });

  test('lets those that wait have their turn, and resolves after the last hold', async () => {
    const { manager, lock } = isolatedLock();
    const gate = deferred();
    const keyed = await manager.lock('inventory', 'k').hold();
    const first = lock.run(() => gate.promise);
    const second = lock.run(() => 'second');
    const closing = manager.close();
    await expect(lock.run(() => 'late')).rejects.toBeInstanceOf(LockClosedError);
    expect(await stateOf(closing)).toBe('pending');
    gate.resolve();
    await first;
    await expect(second).resolves.toBe('second');
    expect(await stateOf(closing)).toBe('pending');
    await keyed.release();
    await closing;
  });

  test('with reject: those that wait fail at once, leave no timer or listener, and holders end in peace', async () => {
    const { manager, lock } = isolatedLock();
    const hold = await lock.hold();
    const keyed = await manager.lock('inventory', 'k').hold();
    const { signal } = new AbortController();
    const waiting = [
      lock.acquire(),
      lock.hold({ timeout: 60_000 }),
      lock.run(() => 'ran', { signal }),
      manager.run('inventory', () => 'ran', { key: 'k' }),
    ];
    const closing = manager.close({ reject: true });
    expect([lock.queueDepth, manager.lock('inventory', 'k').queueDepth]).toEqual([0, 0]);
    for (const { status, reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toBeInstanceOf(LockClosedError);
    }
    expect(await stateOf(closing)).toBe('pending');
    await hold.release();
    await keyed.release();
    await closing;
    expect(numbersOf(manager)).toMatchObject({ outcomes: { acquired: 2, rejected: 4 }, queueDepth: 0, held: 0 });
  });

  test('may be called twice; both resolve', async () => {
    const { manager, lock } = isolatedLock();
    const hold = await lock.hold();
    const both = Promise.all([manager.close(), manager.close({ reject: true })]);
    await hold.release();
    await both;
  });

  test.each([
    [{ reject: 'no' }, 'reject must be true or false, got "no"'],
    [null, 'options must be an object, got null'],
  ])('of %j is refused, and the manager stays open', async (options, message) => {
    const { manager, lock } = isolatedLock();
    const hold = await lock.hold();
    const waiting = lock.run(() => 'served');
    await expect(manager.close(options as never)).rejects.toThrow(new TypeError(message));
    expect(lock.queueDepth).toBe(1);
    await hold.release();
    await expect(waiting).resolves.toBe('served');
    await expect(lock.run(() => 'open')).resolves.toBe('open');
  });

  test('closes its own manager only', async () => {
    const { manager } = isolatedLock();
    await manager.close();
    await expect(isolatedLock().lock.run(() => 'open')).resolves.toBe('open');
    await expect(new Lock('bare').run(() => 'open')).resolves.toBe('open');
  });
});
