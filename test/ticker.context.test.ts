/**
 * In whose name the one timer speaks, with the platform's own timers.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { jest } from '@jest/globals';
import { onTick } from '../src/ticker.js';

test('what is called does not find the async context of whoever listened first', async () => {
  const request = new AsyncLocalStorage<string>();
  const found = await new Promise((resolve) => {
    request.run('first', () => {
      const stop = onTick(() => {
        stop();
        resolve(request.getStore() ?? 'none');
      }, 1);
    });
  });
  expect(found).toBe('none');
});

test('fake timers that a test installs later do not stop it, and it is none of theirs', async () => {
  jest.useFakeTimers();
  const looked = new Promise<number>((resolve) => {
    const stop = onTick(() => {
      stop();
      resolve(jest.getTimerCount());
    }, 1);
  });
  expect(await looked).toBe(0);
  jest.useRealTimers();
});
