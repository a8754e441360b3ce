/**
 * What it costs to look for deadlocks, by mode. Each in a process of its own: the store that follows async contexts makes
 * every promise of the process a little slower once it is in use, on Node 20, and that must be seen too. So is a process that
 * has such a store anyway, as one with an OpenTelemetry SDK, or NestJS with request contexts, has.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { LockManager } from 'lockmeter';
import type { Peer } from '../peers/peer.js';
import { measureLocks } from './no-sdk.js';
import type { Outcome, Settings } from './scenario.js';

const MODES = ['off', 'report', 'throw'] as const;
const BESIDE = ', an AsyncLocalStorage in use';

/** A process for each. */
export function parts(): string[] {
  return [...MODES, ...MODES.map((mode) => mode + BESIDE)];
}

export async function measure(settings: Settings, part: string): Promise<Outcome> {
  const beside = part.endsWith(BESIDE);
  const deadlocks = (beside ? part.slice(0, -BESIDE.length) : part) as (typeof MODES)[number];
  const manager = new LockManager({ deadlocks });
  const peer: Peer = {
    name: part,
    makeLock: () => manager.lock('bench'),
    makeRun: () => (body) => manager.run('bench', body),
  };
  const all = (): Promise<Outcome['measurements']> => measureLocks([peer], settings, false);
  const measurements = beside ? await new AsyncLocalStorage().run({}, all) : await all();
  return { measurements, notes: [] };
}
