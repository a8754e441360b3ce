/**
 * Which names a registry of numbers got since somebody began to listen. A registry only says that it has grown.
 */
import type { LockStats } from '../../stats.js';
import type { StatsRegistry } from '../../stats-registry.js';

/** Calls `tell` for each new name, until the function that is returned is called. */
export function onNewName(registry: StatsRegistry, tell: (stats: LockStats) => void): () => void {
  const known = new WeakSet<LockStats>(registry.all());
  const look = (): void => {
    for (const stats of registry.all()) {
      if (known.has(stats)) continue;
      known.add(stats);
      tell(stats);
    }
  };
  registry.onGrowth.add(look);
  return () => registry.onGrowth.delete(look);
}
