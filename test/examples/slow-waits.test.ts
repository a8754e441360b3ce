/**
 * What the shop says of those who are stuck, while they are.
 */
import { jest } from '@jest/globals';
import { clock, installControlledClock } from '../support/controlled-clock.js';

jest.useFakeTimers({ doNotFake: ['hrtime', 'performance', 'Date', 'nextTick', 'queueMicrotask', 'setImmediate'] });
installControlledClock();
const { PLAIN } = await import('../../examples/shared/paint.js');
const { lineView, tableView, watchedLocks } = await import('../../examples/shared/views.js');
const { isolatedLock } = await import('../support/isolated.js');

const SLOW = 'Slow: inventory, 2 waiting, the first for 1.20 s; held by "alice" for 1.50 s';

/** One holds for 1.5 s, another has waited behind it for 1.2 s of it, a third has just come. */
async function stuck(show: (manager: ReturnType<typeof isolatedLock>['manager']) => { stop(): void }) {
  const { manager, lock } = isolatedLock();
  const view = show(manager);
  await lock.acquire({ label: 'alice' });
  clock.time += 300;
  const waiting = [lock.acquire()];
  clock.time += 1_200;
  waiting.push(lock.acquire());
  jest.advanceTimersByTime(500);
  return async () => {
    view.stop();
    for (const turn of waiting) {
      lock.release();
      await turn;
    }
    lock.release();
  };
}

test('a log has a line at once', async () => {
  const lines: string[] = [];
  const end = await stuck((manager) =>
    lineView((line) => lines.push(line), { ...watchedLocks(manager), traces: undefined, traffic: undefined }),
  );
  expect(lines).toEqual([SLOW]);
  await end();
});

test('a terminal shows it below the table', async () => {
  const written: string[] = [];
  const terminal = { columns: 120, rows: 40, write: (text: string) => written.push(text) };
  const end = await stuck((manager) =>
    tableView(terminal, { ...watchedLocks(manager), traces: undefined, traffic: undefined }, PLAIN),
  );
  jest.advanceTimersByTime(500);
  expect(written.at(-1)).toContain(SLOW);
  await end();
});
