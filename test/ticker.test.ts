/**
 * The one timer: as slow as those who listen allow, there only while they do (in whose context: ticker.context.test.ts).
 */
import { jest } from '@jest/globals';
import { installControlledTimers } from './support/pass-time.js';

installControlledTimers();
const { onTick, TICK } = await import('../src/ticker.js');

test('is one timer for all, as fast as the most impatient, and gone with the last', () => {
  const looks = { slow: 0, fast: 0 };
  const stopSlow = onTick(() => looks.slow++);
  jest.advanceTimersByTime(TICK);
  expect([looks, jest.getTimerCount()]).toEqual([{ slow: 1, fast: 0 }, 1]);
  const stopFast = onTick(() => looks.fast++, 10);
  jest.advanceTimersByTime(100);
  expect([looks, jest.getTimerCount()]).toEqual([{ slow: 11, fast: 10 }, 1]);
  stopFast();
  jest.advanceTimersByTime(2 * TICK);
  expect([looks, jest.getTimerCount()]).toEqual([{ slow: 13, fast: 10 }, 1]);
  stopSlow();
  expect(jest.getTimerCount()).toBe(0);
});

test('who is no faster than the others does not put off the next look', () => {
  let looks = 0;
  const stops = [onTick(() => looks++)];
  jest.advanceTimersByTime(TICK - 1);
  stops.push(onTick(() => {}));
  jest.advanceTimersByTime(1);
  expect(looks).toBe(1);
  for (const stop of stops) stop();
});

test('stopping twice, and while being called, is stopping', () => {
  let looks = 0;
  const stop = onTick(() => {
    looks++;
    stop();
    stop();
  });
  jest.advanceTimersByTime(2 * TICK);
  expect([looks, jest.getTimerCount()]).toEqual([1, 0]);
});
