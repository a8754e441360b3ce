/**
 * Bytes: of a waiter (with the promise its caller has) and of an idle lock. Each figure in a fresh process, whose heap
 * nobody else has shaped.
 */
import { liveBytes } from '../measure.js';
import { essentialPeers, peers } from '../peers/index.js';
import type { Acquire, Peer } from '../peers/peer.js';
import type { Outcome, Settings } from './scenario.js';

const COUNT = 100_000;
const SEPARATOR = ' | ';

/** What is filled in, 100 000 times. Everything it makes must stay reachable from what it returns. */
const fillers: Record<string, (peer: Peer) => (() => unknown) | undefined> = {
  'waiter, acquire': ({ makeAcquire }) => makeAcquire && waiting(makeAcquire()),
  'waiter, run': ({ makeRun }) => {
    const run = makeRun();
    run(() => new Promise(() => {}));
    return () => run(async () => {});
  },
  'idle lock': ({ makeLock }) => makeLock,
};

/** A process for each figure. */
export function parts({ quick }: Settings): string[] {
  const measured = quick ? essentialPeers : peers;
  return measured.flatMap((peer) =>
    Object.keys(fillers)
      .filter((load) => load !== 'waiter, acquire' || peer.makeAcquire !== undefined)
      .map((load) => load + SEPARATOR + peer.name),
  );
}

export async function measure(_settings: Settings, part: string): Promise<Outcome> {
  const [load, name] = part.split(SEPARATOR) as [string, string];
  const make = fillers[load]!(peers.find((peer) => peer.name === name)!)!;
  const kept: unknown[] = new Array(COUNT).fill(make());
  const before = liveBytes();
  for (let i = 0; i < COUNT; i++) kept[i] = make();
  const bytes = (liveBytes() - before) / kept.length;
  make(); // A line is reachable through its lock only, so the lock must be in use until here.
  return { measurements: [{ load, peer: name, unit: 'B', samples: [bytes] }], notes: [] };
}

function waiting(lock: Acquire): () => unknown {
  lock.acquire();
  return () => lock.acquire();
}
