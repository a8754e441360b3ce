/**
 * Observations wait outside of the lock's calls: in bounded memory, handed on in bounded steps, each once.
 */
import { jest } from '@jest/globals';
import { CHUNK, MAX_CHUNKS, ObservationQueue } from '../../../src/telemetry/metrics/observation-queue.js';
import { ticks, turn } from '../../support/ticks.js';

function queue(handOn: (value: number) => void = () => {}) {
  const seen: number[] = [];
  const errors: unknown[] = [];
  const made = new ObservationQueue<string>(
    (_of, value) => {
      seen.push(value);
      handOn(value);
    },
    (error) => errors.push(error),
  );
  const push = (count: number): void => {
    for (let i = 0; i < count; i++) made.push('series', i);
  };
  return { made, seen, errors, push };
}

test('less than a chunk waits until it is asked for', async () => {
  const { made, seen, push } = queue();
  push(CHUNK - 1);
  await turn();
  expect(seen).toEqual([]);
  made.drain();
  expect(seen).toHaveLength(CHUNK - 1);
  made.drain();
  expect(seen).toHaveLength(CHUNK - 1);
});

test('a full chunk is handed on in a microtask, after the call that filled it', async () => {
  const { seen, push } = queue();
  push(CHUNK);
  expect(seen).toEqual([]);
  await ticks(1);
  expect(seen).toEqual(Array.from({ length: CHUNK }, (_, i) => i));
});

test('the fake timers of an application’s test do not keep a chunk back', async () => {
  jest.useFakeTimers();
  const { seen, push } = queue();
  push(CHUNK);
  await undefined;
  jest.useRealTimers();
  expect(seen).toHaveLength(CHUNK);
});

test('what came after a collection waits, though a step was due', async () => {
  const { made, seen, push } = queue();
  push(CHUNK);
  made.drain();
  push(5);
  await ticks(1);
  expect(seen).toHaveLength(CHUNK);
});

test('a program that lives in microtasks is kept up with', async () => {
  const { seen, push } = queue();
  for (let i = 0; i < 50; i++) {
    push(CHUNK);
    await undefined;
  }
  expect(seen.length).toBeGreaterThanOrEqual(48 * CHUNK);
});

test('a burst is handed on two chunks a turn', async () => {
  const { seen, push } = queue();
  push(10 * CHUNK);
  await ticks(20);
  const sizes = [seen.length];
  while (seen.length < 10 * CHUNK) {
    await turn();
    sizes.push(seen.length);
  }
  const steps = sizes.map((size, i) => size - (sizes[i - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(2 * CHUNK);
});

test('memory is bounded: what does not fit is dropped and counted', async () => {
  const { made, seen, errors, push } = queue();
  push(CHUNK * MAX_CHUNKS + 7);
  expect(errors).toHaveLength(7);
  // Making one takes many times as long as the lock.
  expect(new Set(errors).size).toBe(1);
  expect(String(errors[0])).toBe('Error: More than 100000 lock observations in one turn of the event loop');
  made.drain();
  expect(seen).toHaveLength(CHUNK * MAX_CHUNKS);
});

test('one that fails does not keep the others back', () => {
  const { made, seen, errors, push } = queue((value) => {
    if (value === 1) throw new Error('meter');
  });
  push(3);
  made.drain();
  expect(seen).toEqual([0, 1, 2]);
  expect(errors.map(String)).toEqual(['Error: meter']);
});

test('what is observed while handing on waits for the next time', () => {
  const { made, seen, push } = queue(() => push(1));
  push(2);
  made.drain();
  expect(seen).toHaveLength(2);
  made.drain();
  expect(seen).toHaveLength(4);
});
