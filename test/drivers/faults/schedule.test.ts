/** What is drawn from a seed: the same again from the same one, something else from another; and every fault comes. */
import { loopAttempts } from '../../../examples/soak-redis/client/loop.js';
import { type Fault, type Faults, scheduleOf } from '../../../examples/soak-redis/schedule.js';

function first<T>(count: number, values: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const value of values) if (taken.push(value) === count) break;
  return taken;
}
const faults = (seed: number, kind: Faults = 'all', count = 500): Fault[] => first(count, scheduleOf(seed, 4, kind));

test('a seed makes one schedule of faults, and another seed another', () => {
  expect(faults(1)).toEqual(faults(1));
  expect(faults(1)).not.toEqual(faults(2));
});

test('every fault comes, to every client; those that make the server forget only where they may', () => {
  const kinds = (of: Faults): Set<string> => new Set(faults(1, of).map(({ kind }) => kind));
  expect(kinds('all').size).toBe(13);
  expect(Array.from(kinds('all')).filter((kind) => !kinds('remembering').has(kind))).toEqual(
    expect.arrayContaining(['flush', 'restart']),
  );
  expect(kinds('remembering').size).toBe(11);
  expect(kinds('none').size).toBe(0);
  expect(new Set(faults(1).map(({ client }) => client))).toEqual(new Set([0, 1, 2, 3]));
});

test('a seed makes the same attempts, loop by loop', () => {
  const drawn = (seed: number) => {
    return loopAttempts({ do: 'loop', seed, locks: ['a', 'b'], loops: 2 }).map((attempts) => first(50, attempts));
  };
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
  expect(drawn(1)[0]).not.toEqual(drawn(1)[1]);
});
