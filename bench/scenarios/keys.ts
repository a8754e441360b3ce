/**
 * A million distinct keys, each used once: what a keyed lock costs, and what it leaves behind. Eight timed
 * rounds, each with keys that nobody has used; what is left is looked at after one more, for the full collections that
 * it takes would disturb the clock.
 */
import AsyncLock from 'async-lock';
import { Mutex } from 'async-mutex';
import { locks } from 'lockmeter';
import { freshLoops } from '../fresh-loops.js';
import { type Contestant, interleave, liveBytes, nanoseconds } from '../measure.js';
import { seeded } from '../random.js';
import { type Measurement, measurements, type Outcome, type Settings } from './scenario.js';

type KeyedRun = (key: string, body: () => Promise<void>) => Promise<unknown>;

const ROUNDS = 8;

const contestants: Record<string, () => KeyedRun> = {
  'Map of promise tails (floor)': () => {
    const tails = new Map<string, Promise<void>>();
    return (key, body) => {
      const tail = (tails.get(key) ?? Promise.resolve()).then(body).finally(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      tails.set(key, tail);
      return tail;
    };
  },
  'async-lock': () => {
    const lock = new AsyncLock();
    return (key, body) => lock.acquire(key, body);
  },
  'Map of async-mutex, never cleaned': () => {
    const mutexes = new Map<string, Mutex>();
    return (key, body) => {
      let mutex = mutexes.get(key);
      if (mutex === undefined) {
        mutex = new Mutex();
        mutexes.set(key, mutex);
      }
      return mutex.runExclusive(body);
    };
  },
  'lockmeter, locks.run(name, { key })': () => (key, body) => locks.run('bench', body, { key }),
};

export async function measure({ quick, seed }: Settings): Promise<Outcome> {
  const keys = quick ? 10_000 : 100_000;
  const field: Contestant[] = [];
  const uses: [name: string, use: () => Promise<void>][] = [];
  for (const [name, makeRun] of Object.entries(contestants)) {
    const loops = await freshLoops(name);
    const run = makeRun();
    let next = 0;
    const use = (): Promise<void> => {
      next += keys;
      return loops.keyed(run, next - keys, next);
    };
    field.push({ name, sample: () => nanoseconds(keys, use) });
    uses.push([name, use]);
  }
  const samples = await interleave(field, { warmups: 1, rounds: ROUNDS, random: seeded(seed) });
  const left: Measurement[] = [];
  liveBytes(); // The rounds' own garbage must not count for the first.
  for (const [peer, use] of uses) {
    const before = liveBytes();
    await use();
    left.push({ load: 'left behind per key', peer, unit: 'B', samples: [(liveBytes() - before) / keys] });
  }
  const total = (keys * (ROUNDS + 2)).toLocaleString('en').replaceAll(',', ' ');
  return { measurements: [...measurements('per operation', 'ns', samples), ...left], notes: [`${total} keys each.`] };
}
