/**
 * Interleaved rounds: every contestant is measured once per round (A B C, C A B, …), so that whatever else the machine
 * does in the meantime is spread over all of them. The order is shuffled anew in each round, because in a fixed one the
 * same contestant would always inherit the heap of the same neighbour.
 *
 * Between samples only the young generation is collected. A full collection also frees the hidden classes of objects of
 * which none is alive at that moment, and the compiled code that relies on them: with one before each sample, every
 * contestant that allocates would be measured while it is compiled again. Only where a sample leaves a large heap behind
 * is it swept in full. Each sample is led in by work that is not timed.
 */
import { shuffle } from './random.js';

/** One thing that is compared. */
export interface Contestant {
  name: string;
  /** Runs before each sample, so that the code is compiled when it is timed. */
  leadIn?(): Promise<unknown> | unknown;
  /** Takes one sample and says what it measured, per operation. What it prepares is not part of that. */
  sample(): Promise<number> | number;
}

/** How often, and in what order. */
export interface Rounds {
  /** Rounds that are thrown away first. */
  warmups: number;
  rounds: number;
  random: () => number;
  /** Whether to collect everything before each sample. */
  sweep?: boolean;
  /** A contestant whose first sample takes longer than this, in milliseconds, is measured that once. */
  onceIfSlower?: number;
}

/** What each contestant's samples were, by its name; sample n of all of them is of the same round. */
export async function interleave(
  contestants: readonly Contestant[],
  { warmups, rounds, random, sweep, onceIfSlower = Number.POSITIVE_INFINITY }: Rounds,
): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const tooSlow = new Set<Contestant>();
  for (let round = -warmups; round < rounds; round++) {
    for (const contestant of shuffle([...contestants], random)) {
      if (tooSlow.has(contestant)) continue;
      if (sweep === true) collectGarbage();
      await contestant.leadIn?.();
      collectGarbage('minor');
      const start = performance.now();
      const sample = await contestant.sample();
      if (round < 0) continue;
      samples.get(contestant.name)!.push(sample);
      if (round === 0 && performance.now() - start > onceIfSlower) tooSlow.add(contestant);
    }
  }
  return samples;
}

/** Nanoseconds per operation of what `work` does. */
export async function nanoseconds(operations: number, work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1e6) / operations;
}

/** Bytes of live objects on the JavaScript heap. */
export function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** All of it, or the young generation only. */
export function collectGarbage(only?: 'minor'): void {
  if (globalThis.gc === undefined) throw new Error('The bench needs node --expose-gc');
  if (only === undefined) globalThis.gc();
  else globalThis.gc({ type: only, execution: 'sync' });
}
