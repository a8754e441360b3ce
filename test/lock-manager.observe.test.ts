/**
 * `observe()`: an observer follows as often as it was added, and each `stop` takes back the one it was given for.
 */
import type { LockObserver } from 'lockmeter';
import { isolatedLock } from './support/isolated.js';

/** An observer that follows nothing and writes down the locks of the attempts it is told of. */
function listener(): { seen: string[]; observer: LockObserver } {
  const seen: string[] = [];
  const attempt: LockObserver['attempt'] = ({ lock }) => void seen.push(lock);
  return { seen, observer: { wants: () => true, attempt } };
}

test('lets an observer follow, until it is stopped', async () => {
  const { manager, lock } = isolatedLock();
  const { seen, observer } = listener();
  const stop = manager.observe(observer);
  await lock.run(() => undefined);
  stop();
  await lock.run(() => undefined);
  expect(seen).toEqual(['inventory']);
});

test.each(['first', 'second'])(
  'an observer that two added stays when the %s of them stops, even twice',
  async (which) => {
    const { manager, lock } = isolatedLock();
    const { seen, observer } = listener();
    const stops = [manager.observe(observer), manager.observe(observer)];
    if (which === 'second') stops.reverse();
    const [stop, stopOther] = stops;
    const tellings = async (): Promise<number> => {
      seen.length = 0;
      await lock.run(() => undefined);
      return seen.length;
    };
    expect(await tellings()).toBe(2);
    stop!();
    expect(await tellings()).toBe(1);
    stop!();
    expect(await tellings()).toBe(1);
    stopOther!();
    expect(await tellings()).toBe(0);
  },
);

test('stopping one that was stopped leaves the others alone', async () => {
  const { manager, lock } = isolatedLock();
  const [gone, kept] = [listener(), listener()];
  const stop = manager.observe(gone.observer);
  manager.observe(kept.observer);
  for (let i = 0; i < 3; i++) stop();
  await lock.run(() => undefined);
  expect([gone.seen, kept.seen]).toEqual([[], ['inventory']]);
});
