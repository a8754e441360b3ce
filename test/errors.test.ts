/**
 * Errors as their readers meet them: a code to branch on, a message that says who holds and who waits, and an `instanceof`
 * that does not depend on which copy of the package threw.
 */
import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { LockClosedError, LockError, LockNotHeldError, LockQueueFullError, LockTimeoutError } from 'lockmeter';
import { isolatedLock, isolatedManager } from './support/isolated.js';

const failure = (attempt: Promise<unknown>): Promise<LockError> =>
  attempt.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );

describe('code, class and message', () => {
  test('LockTimeoutError names the lock, the holder, its age and the depth', async () => {
    const { manager } = isolatedLock();
    const lock = manager.lock('inventory', 'sku-1');
    await lock.acquire({ label: 'POST /checkout' });
    void lock.acquire();
    const error = await failure(lock.acquire({ timeout: 1 }));
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({
      name: 'LockTimeoutError',
      code: 'ERR_LOCK_TIMEOUT',
      lock: 'inventory',
      key: 'sku-1',
      timeout: 1,
      holderLabel: 'POST /checkout',
    });
    expect(error.holderAge).toBeGreaterThan(0);
    expect(error.message).toMatch(
      /^Lock "inventory" \(key "sku-1"\) was not acquired within 1 ms: held by "POST \/checkout" for \d+ ms, 1 waiting$/,
    );
  });

  test('LockQueueFullError', async () => {
    const { lock } = isolatedLock({ maxQueue: 1 });
    await lock.acquire();
    void lock.acquire();
    const error = await failure(lock.acquire());
    expect(error).toBeInstanceOf(LockQueueFullError);
    expect(error).toMatchObject({ code: 'ERR_LOCK_QUEUE_FULL', maxQueue: 1, queueDepth: 1, key: undefined });
    expect(error.message).toMatch(
      /^Lock "inventory" refuses to queue more than 1: held by an unlabelled holder for \d+ ms, 1 waiting$/,
    );
  });

  test('LockNotHeldError', () => {
    const { lock } = isolatedLock();
    const error = (() => {
      try {
        lock.release();
      } catch (thrown) {
        return thrown as LockError;
      }
      throw new Error('it did not throw');
    })();
    expect(error).toBeInstanceOf(LockNotHeldError);
    expect(error).toMatchObject({ code: 'ERR_LOCK_NOT_HELD', queueDepth: 0, holderAge: undefined });
    expect(error.message).toContain('Lock "inventory" is not held');
  });

  test('LockClosedError', async () => {
    const { manager, lock } = isolatedLock();
    await manager.close();
    const error = await failure(lock.acquire());
    expect(error).toBeInstanceOf(LockClosedError);
    expect(error).toMatchObject({ code: 'ERR_LOCK_CLOSED', lock: 'inventory' });
    expect(error.message).toContain('manager is closed');
  });

  test('each waiter’s error is its own, with its own stack', async () => {
    const { manager, lock } = isolatedLock();
    await lock.acquire();
    const waiting = [failure(lock.acquire()), failure(lock.acquire())];
    void manager.close({ reject: true });
    const [one, two] = await Promise.all(waiting);
    expect(one).not.toBe(two);
    expect(one!.stack).toContain('LockClosedError');
  });

  test('what is printed shows no internals', async () => {
    const { lock } = isolatedLock();
    await lock.acquire();
    expect(inspect(await failure(lock.acquire({ timeout: 0 })))).not.toContain('Symbol(lockmeter');
  });
});

describe('instanceof', () => {
  const timeoutOf = async (): Promise<LockError> => {
    const lock = isolatedManager().lock('x');
    await lock.acquire();
    return failure(lock.acquire({ timeout: 0 }));
  };

  test('the base takes all, a class only its own', async () => {
    const error = await timeoutOf();
    expect(error instanceof LockError).toBe(true);
    expect(error instanceof Error).toBe(true);
    expect(error instanceof LockTimeoutError).toBe(true);
    expect(error instanceof LockClosedError).toBe(false);
    expect(error instanceof LockQueueFullError).toBe(false);
  });

  test.each([undefined, null, 1, 'ERR_LOCK_TIMEOUT', {}, new Error('x'), () => {}])('%p is none', (value) => {
    expect((value as unknown) instanceof LockError).toBe(false);
    expect((value as unknown) instanceof LockTimeoutError).toBe(false);
  });

  test('holds across two copies of the module', async () => {
    jest.resetModules();
    const copy = await import('../src/errors.js');
    expect(copy.LockTimeoutError).not.toBe(LockTimeoutError);
    const situation = { lock: 'x', key: undefined, queueDepth: 0, holderLabel: undefined, holderAge: undefined };
    const foreign = new copy.LockTimeoutError(situation, 5);
    expect(foreign instanceof LockTimeoutError).toBe(true);
    expect(foreign instanceof LockError).toBe(true);
    expect(foreign instanceof LockClosedError).toBe(false);
    expect((await timeoutOf()) instanceof copy.LockError).toBe(true);
  });

  test('a user’s subclass takes its own instances only', async () => {
    class Impatient extends LockTimeoutError {}
    const situation = { lock: 'x', key: undefined, queueDepth: 0, holderLabel: undefined, holderAge: undefined };
    const own = new Impatient(situation, 1);
    expect(own instanceof Impatient).toBe(true);
    expect(own instanceof LockTimeoutError).toBe(true);
    expect((await timeoutOf()) instanceof Impatient).toBe(false);
  });
});
