/**
 * The line of waiters against an array: the same living in the same order whatever is pushed, taken and removed, and no more
 * memory than its header promises.
 */
import fc from 'fast-check';
import { type Queued, WaitQueue } from '../src/wait-queue.js';

interface Waiter extends Queued {
  readonly id: number;
  readonly context: { place: number } | undefined;
}

const removable = (id: number): Waiter & { context: { place: number } } => ({ id, context: { place: -1 } });
const plain = (id: number): Waiter => ({ id, context: undefined });
const ids = (queue: WaitQueue<Waiter>): number[] => Array.from(queue, (waiter) => waiter.id);
/** How many cells it has: its memory. */
const cellsOf = (queue: WaitQueue<Waiter>): number => (queue as unknown as { cells: unknown[] }).cells.length;

test('agrees with an array under any sequence of push, shift and remove', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant('push' as const), at: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('shift' as const), at: fc.constant(0) }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('remove' as const), at: fc.nat(1_000) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('burst' as const), at: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('drain' as const), at: fc.integer({ min: 1, max: 40 }) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new WaitQueue<Waiter>();
      let model: Waiter[] = [];
      let nextId = 0;
      const push = (waiter: Waiter): void => {
        queue.push(waiter);
        model.push(waiter);
      };
      const shift = (): void => {
        if (model.length > 0) expect(queue.shift()).toBe(model.shift());
      };
      for (const { op, at } of steps) {
        if (op === 'push') push(at === 0 ? plain(nextId++) : removable(nextId++));
        else if (op === 'shift') shift();
        else if (op === 'burst') for (let i = 0; i < at; i++) push(removable(nextId++));
        else if (op === 'drain') for (let i = 0; i < at; i++) shift();
        else {
          const leaving = model.filter((waiter) => waiter.context !== undefined)[at % Math.max(1, model.length)];
          if (leaving === undefined) continue;
          queue.remove(leaving.context!.place);
          model = model.filter((waiter) => waiter !== leaving);
        }
        expect(queue.size).toBe(model.length);
        expect(ids(queue)).toEqual(model.map((waiter) => waiter.id));
      }
    }),
    { numRuns: 300 },
  );
});

test('grows past its first cells, around the end of the ring', () => {
  const queue = new WaitQueue<Waiter>();
  for (let i = 0; i < 6; i++) queue.push(removable(i));
  for (let i = 0; i < 5; i++) queue.shift();
  for (let i = 6; i < 40; i++) queue.push(removable(i));
  expect(ids(queue)).toEqual(Array.from({ length: 35 }, (_, i) => i + 5));
});

test('the places of those that can leave are right after it packed its cells', () => {
  const queue = new WaitQueue<Waiter>();
  const waiters = Array.from({ length: 200 }, (_, i) => removable(i));
  for (const waiter of waiters) queue.push(waiter);
  for (let i = 0; i < 200; i++) if (i % 3 !== 0) queue.remove(waiters[i]!.context.place);
  for (let i = 0; i < 200; i += 6) queue.remove(waiters[i]!.context.place);
  expect(ids(queue)).toEqual(Array.from({ length: 33 }, (_, i) => 3 + i * 6));
});

test('memory follows the living: holes never outnumber them by more than a constant', () => {
  const queue = new WaitQueue<Waiter>();
  const waiters = Array.from({ length: 10_000 }, (_, i) => removable(i));
  for (const waiter of waiters) queue.push(waiter);
  expect(cellsOf(queue)).toBeLessThanOrEqual(4 * 10_000);
  for (let i = 0; i < 9_999; i++) {
    queue.remove(waiters[i]!.context.place);
    expect(cellsOf(queue)).toBeLessThanOrEqual(4 * 2 * queue.size + 128);
  }
  expect(queue.shift()).toBe(waiters[9_999]);
});

test('packing is paid by the removals before it: n removals move at most 2n waiters', () => {
  const queue = new WaitQueue<Waiter>();
  const moved = { count: 0 };
  const count = 20_000;
  const waiters = Array.from({ length: count }, (_, id) => {
    let place = -1;
    return {
      id,
      context: {
        get place() {
          return place;
        },
        set place(cell: number) {
          if (place !== -1) moved.count++;
          place = cell;
        },
      },
    };
  });
  for (const waiter of waiters) queue.push(waiter);
  moved.count = 0;
  for (const waiter of waiters) queue.remove(waiter.context.place);
  expect(queue.size).toBe(0);
  expect(moved.count).toBeLessThanOrEqual(2 * count);
});

test('a line that was long and is empty keeps no memory', () => {
  const queue = new WaitQueue<Waiter>();
  for (let i = 0; i < 5_000; i++) queue.push(plain(i));
  for (let i = 0; i < 5_000; i++) queue.shift();
  expect(cellsOf(queue)).toBeLessThanOrEqual(64);

  const waiters = Array.from({ length: 5_000 }, (_, i) => removable(i));
  for (const waiter of waiters) queue.push(waiter);
  for (const waiter of waiters) queue.remove(waiter.context.place);
  expect(cellsOf(queue)).toBeLessThanOrEqual(64);
});

test('whoever was taken or left is not retained', () => {
  const queue = new WaitQueue<Waiter>();
  const [a, b, c] = [removable(0), removable(1), removable(2)];
  for (const waiter of [a, b, c]) queue.push(waiter);
  queue.shift();
  queue.remove(b.context.place);
  const { cells } = queue as unknown as { cells: (Waiter | undefined)[] };
  expect(cells.filter((waiter) => waiter !== undefined)).toEqual([c]);
});
