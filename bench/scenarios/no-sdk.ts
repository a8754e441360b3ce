/**
 * A process without an OpenTelemetry SDK: what the locks cost by themselves. The numbers of this package are on, as
 * always.
 */
import { freshLoops } from '../fresh-loops.js';
import { type Contestant, interleave, nanoseconds } from '../measure.js';
import { essentialPeers, peers } from '../peers/index.js';
import type { Peer } from '../peers/peer.js';
import { seeded } from '../random.js';
import { type Measurement, measurements, type Outcome, type Settings } from './scenario.js';

export async function measure(settings: Settings): Promise<Outcome> {
  return { measurements: await measureLocks(peers, settings, true), notes: [] };
}

/** Uncontended, the bare pair, and lines of 10, 1 000 and (when `long`) 100 000. */
export async function measureLocks(
  locks: readonly Peer[],
  { quick, seed }: Settings,
  long: boolean,
): Promise<Measurement[]> {
  const random = seeded(seed);
  const rounds = { warmups: quick ? 2 : 5, rounds: quick ? 5 : 11, random };
  const operations = quick ? 8_000 : 40_000;
  const loads: Measurement[] = [];

  const single = await Promise.all(locks.map((peer) => uncontended(peer, operations)));
  loads.push(...measurements('uncontended', 'ns', await interleave(single, rounds)));

  const pairs = await Promise.all(locks.map((peer) => pair(peer, operations)));
  const pairSamples = await interleave(
    pairs.filter((contestant) => contestant !== undefined),
    rounds,
  );
  loads.push(...measurements('acquire/release', 'ns', pairSamples));

  const lines = await Promise.all(locks.map(line));
  for (const callers of [10, 1_000]) {
    const contestants = lines.map((contestant) => contestant(callers, operations / callers));
    loads.push(...measurements(load(callers), 'ns', await interleave(contestants, rounds)));
  }
  if (long) {
    const chosen = quick ? lines.filter((_, i) => essentialPeers.includes(locks[i]!)) : lines;
    const contestants = chosen.map((contestant) => contestant(100_000, 1));
    const few = { warmups: 0, rounds: quick ? 2 : 5, random, sweep: true, onceIfSlower: 1_500 };
    const samples = await interleave(contestants, few);
    loads.push(...measurements(load(100_000), 'ns', samples));
  }
  return loads;
}

function load(callers: number): string {
  return `N = ${callers.toLocaleString('en').replace(',', ' ')}`;
}

async function uncontended({ name, makeRun }: Peer, operations: number): Promise<Contestant> {
  const loops = await freshLoops(name);
  const run = makeRun();
  return {
    name,
    leadIn: () => loops.uncontended(run, operations / 4),
    sample: () => nanoseconds(operations, () => loops.uncontended(run, operations)),
  };
}

async function pair({ name, makeAcquire }: Peer, operations: number): Promise<Contestant | undefined> {
  if (makeAcquire === undefined) return undefined;
  const loops = await freshLoops(name);
  const lock = makeAcquire();
  return {
    name,
    leadIn: () => loops.pairs(lock, operations / 4),
    sample: () => nanoseconds(operations, () => loops.pairs(lock, operations)),
  };
}

async function line({ name, makeRun }: Peer): Promise<(callers: number, times: number) => Contestant> {
  const loops = await freshLoops(name);
  const run = makeRun();
  return (callers, times) => ({
    name,
    leadIn: () => loops.contended(run, Math.min(callers, 1_000), Math.max(times / 4, 5)),
    sample: () => nanoseconds(callers * times, () => loops.contended(run, callers, times)),
  });
}
