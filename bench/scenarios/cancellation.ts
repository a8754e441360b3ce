/**
 * A full line gives up: every waiter has a signal of its own, and they are aborted in random order, as clients leave.
 * Timed from the first abort until the last waiter's promise has settled. The reason is made beforehand; making a
 * DOMException with its stack would cost as much as the rest.
 */
import { Lock } from 'lockmeter';
import { createLock } from 'superlock';
import { type Contestant, interleave, nanoseconds } from '../measure.js';
import { seeded, shuffle } from '../random.js';
import { measurements, type Outcome, type Settings } from './scenario.js';

/** Makes one waiter after the other on a lock that stays held. `settled` is called when a waiter has given up. */
type MakeWaiters = () => Promise<(signal: AbortSignal, settled: () => void) => void>;

/** Those that the bar is about: the long line of a quick run has only them. */
const ESSENTIAL = ['the abort event alone', 'lockmeter acquire'];

const reason = new Error('gone');

const contestants: Record<string, MakeWaiters> = {
  'the abort event alone': async () => (signal, settled) => signal.addEventListener('abort', settled, { once: true }),
  superlock: async () => {
    const lock = createLock();
    await lock();
    return (signal, settled) => void lock(signal).then(settled);
  },
  'lockmeter acquire': async () => {
    const lock = new Lock('bench');
    await lock.acquire();
    return (signal, settled) => void lock.acquire({ signal }).catch(settled);
  },
  'lockmeter run': async () => {
    const lock = new Lock('bench');
    await lock.acquire();
    return (signal, settled) => void lock.run(neverRun, { signal }).catch(settled);
  },
};

export async function measure({ quick, seed }: Settings): Promise<Outcome> {
  const random = seeded(seed);
  const few = await interleave(field(10_000, random), { warmups: 1, rounds: quick ? 2 : 7, random, sweep: true });
  const large = field(100_000, random).filter(({ name }) => !quick || ESSENTIAL.includes(name));
  const many = await interleave(large, { warmups: 0, rounds: quick ? 1 : 3, random, sweep: true });
  return {
    measurements: [...measurements('10 000 waiters', 'ns', few), ...measurements('100 000 waiters', 'ns', many)],
    notes: [],
  };
}

function field(waiters: number, random: () => number): Contestant[] {
  return Object.entries(contestants).map(([name, makeWaiters]) => ({
    name,
    leadIn: () => cancelAll(makeWaiters, 1_000, random),
    sample: () => cancelAll(makeWaiters, waiters, random),
  }));
}

async function cancelAll(makeWaiters: MakeWaiters, waiters: number, random: () => number): Promise<number> {
  const wait = await makeWaiters();
  let left = waiters;
  const settled = (): void => {
    left--;
  };
  const controllers = Array.from({ length: waiters }, () => new AbortController());
  for (const { signal } of controllers) wait(signal, settled);
  shuffle(controllers, random);
  return nanoseconds(waiters, async () => {
    for (const controller of controllers) controller.abort(reason);
    while (left > 0) await null;
  });
}

function neverRun(): never {
  throw new Error('A waiter that gave up was run');
}
