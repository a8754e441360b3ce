/**
 * What an observer is told of an attempt, in which order, and in whose context.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LockAttempt, LockObserver } from 'lockmeter';
import { isolatedLock } from './support/isolated.js';
import { ticks } from './support/ticks.js';
import { watched } from './support/watched.js';

describe('what an observer is told', () => {
  /** Writes down every call. */
  function recorder(): { events: string[]; attempts: LockAttempt[]; observer: LockObserver } {
    const events: string[] = [];
    const attempts: LockAttempt[] = [];
    const observer: LockObserver = {
      wants: () => true,
      attempt(attempt) {
        attempts.push(attempt);
        const who = attempt.label ?? '?';
        events.push(`${who} asks`);
        return {
          granted: () => void events.push(`${who} granted`),
          failed: (outcome, reason) => void events.push(`${who} failed ${outcome} ${reason}`),
          body: (run) => {
            events.push(`${who} body`);
            return run();
          },
          threw: (error) => void events.push(`${who} threw ${error}`),
          released: (depth) => void events.push(`${who} released ${depth}`),
        };
      },
    };
    return { events, attempts, observer };
  }

  test('a run: asks, granted, body, released; a throw before the release', async () => {
    const { events, observer } = recorder();
    const { manager, lock } = isolatedLock();
    manager.observe(observer);
    await lock.run(() => undefined, { label: 'a' });
    await lock.run(() => Promise.reject('no'), { label: 'b' }).catch(() => {});
    expect(events).toEqual([
      'a asks',
      'a granted',
      'a body',
      'a released 0',
      'b asks',
      'b granted',
      'b body',
      'b threw no',
      'b released 0',
    ]);
  });

  test('a handoff: the last is told of its release before the next is told of its grant', async () => {
    const { events, attempts, observer } = recorder();
    const { manager, lock } = isolatedLock({ timeout: 60_000 });
    manager.observe(observer);
    const first = await lock.hold({ label: 'a' });
    const second = lock.run(() => undefined, { label: 'b', timeout: 250 });
    const controller = new AbortController();
    const third = lock.acquire({ label: 'c', signal: controller.signal });
    controller.abort('left');
    await third.catch(() => {});
    await first.release();
    await second;
    expect(events).toEqual([
      'a asks',
      'a granted',
      'b asks',
      'c asks',
      'c failed aborted left',
      'a released 1',
      'b granted',
      'b body',
      'b released 0',
    ]);
    expect(attempts[0]).toMatchObject({ contended: false, queueDepth: 0, blocker: undefined, timeout: 60_000 });
    expect(attempts[1]).toMatchObject({ contended: true, queueDepth: 0, timeout: 250, lock: 'inventory' });
    expect(attempts[1]!.blocker).toBe(first);
    expect(attempts[2]).toMatchObject({ contended: true, queueDepth: 1 });
  });

  test('what is refused at once: asks, failed', async () => {
    const { events, observer } = recorder();
    const { manager, lock } = isolatedLock();
    manager.observe(observer);
    await lock.acquire({ label: 'a' });
    await lock.acquire({ label: 'b', timeout: 0 }).catch(() => {});
    await lock.acquire({ label: 'c', signal: AbortSignal.abort('x') }).catch(() => {});
    expect(events.slice(2)).toEqual([
      'b asks',
      expect.stringMatching(/^b failed busy LockTimeoutError/),
      'c asks',
      'c failed aborted x',
    ]);
  });

  test('tryAcquire() does not wait, whatever the timeout of its manager', async () => {
    const { events, attempts, observer } = recorder();
    const { manager, lock } = isolatedLock({ timeout: 60_000 });
    manager.observe(observer);
    expect([lock.tryAcquire(), lock.tryAcquire()]).toEqual([true, false]);
    expect(attempts.map(({ timeout }) => timeout)).toEqual([0, 0]);
    expect(events).toEqual(['? asks', '? granted', '? asks', '? failed busy undefined']);
  });

  test('the release is the last of it, also when somebody else releases and the body throws later', async () => {
    const { events, observer } = recorder();
    const { manager, lock } = isolatedLock();
    manager.observe(observer);
    const body = async (): Promise<never> => {
      lock.release();
      await ticks(2);
      throw new Error('late');
    };
    await expect(lock.run(body, { label: 'free' })).rejects.toThrow('late');
    await lock.acquire({ label: 'holder' });
    const queued = lock.run(body, { label: 'queued' });
    lock.release();
    await expect(queued).rejects.toThrow('late');
    const of = (who: string): string[] => events.filter((event) => event.startsWith(who));
    expect(of('free')).toEqual(['free asks', 'free granted', 'free body', 'free released 0']);
    expect(of('queued')).toEqual(['queued asks', 'queued granted', 'queued body', 'queued released 0']);
  });

  test('attempt() is asked in the caller’s context', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const { lock } = watched({
      attempt: () => {
        seen.push(request.getStore());
        return undefined;
      },
    });
    await Promise.all(['one', 'two'].map((name) => request.run(name, () => lock.run(() => ticks(2)))));
    expect(seen).toEqual(['one', 'two']);
  });

  test('nothing when it does not want to know', async () => {
    const { events, observer } = recorder();
    const { manager, lock } = isolatedLock();
    manager.observe({ ...observer, wants: () => false });
    await lock.run(() => undefined);
    expect(events).toEqual([]);
  });
});
