/**
 * Who follows attempts keeps nothing of those that are over, also while a lock is never free: each waiter knows the hold that
 * it found in its way, and that one must not know its own any more.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Hold, Lock } from 'lockmeter';
import { configureTracing, type SpanMode } from 'lockmeter/opentelemetry';
import { survivors } from './support/garbage.js';
import { isolatedLock } from './support/isolated.js';
import { startTracing } from './support/spans.js';
import { watched } from './support/watched.js';

const HOLDS = 50;

/** Holds `lock` again and again, always with somebody behind. Resolves while the last one holds, to those before. */
async function neverFree(lock: Lock): Promise<WeakRef<Hold>[]> {
  const over: WeakRef<Hold>[] = [];
  let hold = await lock.hold();
  for (let i = 0; i < HOLDS; i++) {
    const next = lock.hold();
    over.push(new WeakRef(hold));
    await hold.release();
    hold = await next;
  }
  return over;
}

/** As many as the last attempt, which is in progress, still knows. */
const KNOWN = 1;

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

test('by an observer that remembers its attempt', async () => {
  const { lock } = watched({ attempt: (attempt) => ({ released: () => void attempt.blocker }) });
  expect(await survivors(await neverFree(lock))).toBeLessThanOrEqual(KNOWN);
});

test.each<SpanMode>(['auto', 'always', 'slow'])('by spans, %s', async (spans) => {
  const otel = startTracing();
  undo.push(configureTracing, otel.stop);
  configureTracing({ spans });
  const { lock } = isolatedLock();
  const over = await otel.request('request', () => neverFree(lock));
  expect(await survivors(over)).toBeLessThanOrEqual(KNOWN);
});

test('by channels', async () => {
  const listener = (): void => {};
  subscribe('lockmeter:release', listener);
  undo.push(() => unsubscribe('lockmeter:release', listener));
  const { lock } = isolatedLock();
  expect(await survivors(await neverFree(lock))).toBeLessThanOrEqual(KNOWN);
});

test('by a grant that was passed on', async () => {
  const { lock } = watched({ attempt: (attempt) => ({ failed: () => void attempt.blocker }) });
  const over: WeakRef<Hold>[] = [];
  const passOn = async (): Promise<void> => {
    const controller = new AbortController();
    over.push(new WeakRef(await lock.hold()));
    const aborted = lock.hold({ signal: controller.signal }).catch(() => {});
    over[0]!.deref()!.release();
    // Found the grant in its way that is passed on to it.
    const behind = lock.acquire();
    controller.abort();
    await Promise.all([aborted, behind]);
  };
  await passOn();
  expect(await survivors(over)).toBe(0);
});
