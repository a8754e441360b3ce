/**
 * Observers cannot break a lock: whatever one of them throws, returns or fails to do is counted, said once, and changes
 * nothing about who holds and whose body runs.
 */
import { getEventListeners } from 'node:events';
import { jest } from '@jest/globals';
import type { AttemptObserver, LockManager, LockObserver } from 'lockmeter';
import { isolatedLock } from './support/isolated.js';
import { turn } from './support/ticks.js';
import { exercise, HEALTHY, watched } from './support/watched.js';

const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});

beforeEach(() => {
  warnings.mockClear();
});

test('the exercise has this outcome when nobody watches', async () => {
  await expect(exercise(isolatedLock().lock)).resolves.toEqual(HEALTHY);
});

const boom = (): never => {
  throw new Error('boom');
};
const HOOKS = ['granted', 'failed', 'body', 'threw', 'released'] as const;

describe('an observer that throws leaves the lock untouched, is counted, and is said once', () => {
  const broken: [string, Partial<LockObserver>][] = [
    ['wants()', { wants: boom }],
    ['attempt()', { attempt: boom }],
    ...HOOKS.map((hook): [string, Partial<LockObserver>] => [`${hook}()`, { attempt: () => ({ [hook]: boom }) }]),
    ['every hook', { attempt: () => Object.fromEntries(HOOKS.map((hook) => [hook, boom])) }],
  ];

  test.each(broken)('at %s', async (_hook, observer) => {
    const { manager, lock } = watched(observer);
    await expect(exercise(lock)).resolves.toEqual(HEALTHY);
    expect(manager.snapshot().observerErrors).toBeGreaterThan(0);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]![1]).toEqual({ type: 'LockmeterWarning', code: 'LOCKMETER_OBSERVER_THREW' });
    const [{ outcomes, wait, held }] = manager.snapshot().locks as [ReturnType<LockManager['snapshot']>['locks'][0]];
    expect([outcomes.acquired, wait.count, held]).toEqual([5, 10, 0]);
  });

  test('and those beside it still follow', async () => {
    const { manager, lock } = watched({ attempt: () => ({ granted: boom }) });
    let granted = 0;
    manager.observe({ wants: () => true, attempt: () => ({ granted: () => void granted++ }) });
    await lock.run(() => undefined);
    expect(granted).toBe(1);
  });

  test.each([
    ['a symbol', Symbol('boom')],
    ['an object without a prototype', Object.create(null)],
    ['an error that cannot be printed', Object.assign(new Error('x'), { toString: boom })],
    ['undefined', undefined],
  ])('when what it throws is %s', async (_what, thrown) => {
    for (const hook of HOOKS) {
      const { lock } = watched({
        attempt: () => ({
          [hook]: () => {
            throw thrown;
          },
        }),
      });
      const result = await Promise.race([
        exercise(lock).catch(() => 'broken'),
        turn()
          .then(turn)
          .then(() => 'stuck'),
      ]);
      expect([hook, result]).toEqual([hook, HEALTHY]);
    }
  });
});

describe('an observer that does not keep to the interface', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 1],
    ['hooks that are no functions', { granted: 1, failed: 'x', body: {}, threw: [], released: true }],
    [
      'hooks that cannot be read',
      Object.defineProperties({}, Object.fromEntries(HOOKS.map((hook) => [hook, { get: boom }]))),
    ],
  ])('attempt() gives %s', async (_what, follower) => {
    const { lock } = watched({ attempt: () => follower as AttemptObserver });
    await expect(exercise(lock)).resolves.toEqual(HEALTHY);
  });

  test('takes the lock itself from attempt(): still one holder', () => {
    const results: boolean[] = [];
    let nested = false;
    const { lock } = watched({
      attempt: () => {
        if (nested) return undefined;
        nested = true;
        results.push(lock.tryAcquire());
        return undefined;
      },
    });
    results.push(lock.tryAcquire());
    expect(results).toEqual([true, false]);
  });

  test('aborts the attempt’s signal from attempt(): the attempt ends, and nothing listens', async () => {
    const controller = new AbortController();
    const { lock } = watched({
      attempt: () => {
        controller.abort('meanwhile');
        return undefined;
      },
    });
    await expect(lock.acquire({ signal: controller.signal })).rejects.toBe('meanwhile');
    expect([lock.locked(), getEventListeners(controller.signal, 'abort')]).toEqual([false, []]);
  });

  test('takes a key’s lock from wants(): still one holder', async () => {
    let nested = false;
    const { manager } = watched({
      wants: () => {
        if (nested) return false;
        nested = true;
        manager.lock('inventory', 'k').tryAcquire();
        return false;
      },
    });
    let ran = 0;
    void manager.lock('inventory', 'k').run(() => ran++);
    await turn();
    expect(ran).toBe(0);
  });

  test('takes the lock from attempt() of an attempt that then queues: its wait starts now, not at the big bang', async () => {
    let nested = false;
    const { manager, lock } = watched({
      attempt: () => {
        if (!nested) {
          nested = true;
          lock.tryAcquire();
        }
        return undefined;
      },
    });
    const waiting = lock.acquire();
    lock.release();
    await waiting;
    expect(manager.snapshot().locks[0]!.wait.sumSeconds).toBeLessThan(1);
  });
});

describe('the body runs exactly once', () => {
  const bodies: [string, AttemptObserver['body']][] = [
    ['does not call run', () => undefined as never],
    [
      'calls run twice',
      (run) => {
        run();
        return run();
      },
    ],
    ['throws before it', boom],
    [
      'throws after it',
      (run) => {
        run();
        throw new Error('after');
      },
    ],
    [
      'returns something else',
      (run) => {
        run();
        return 'other' as never;
      },
    ],
    [
      'calls run too late',
      (run) =>
        void setImmediate(() => {
          try {
            run();
          } catch {
            // It throws what the body threw, to whoever calls it.
          }
        }) as never,
    ],
  ];

  test.each(bodies)('although body() %s', async (_what, body) => {
    for (const contended of [false, true]) {
      const { lock } = watched({ attempt: () => ({ body }) });
      let ran = 0;
      if (contended) await lock.acquire();
      const running = lock.run(() => ++ran);
      if (contended) lock.release();
      await expect(running).resolves.toBe(1);
      await turn();
      expect([ran, lock.locked()]).toEqual([1, false]);
    }
  });

  test.each(bodies)('and its own error is what the caller gets, although body() %s', async (_what, body) => {
    const { lock } = watched({ attempt: () => ({ body }) });
    let ran = 0;
    const running = lock.run(() => {
      ran++;
      throw new Error('its own');
    });
    await expect(running).rejects.toThrow('its own');
    await turn();
    expect([ran, lock.locked()]).toEqual([1, false]);
  });
});
