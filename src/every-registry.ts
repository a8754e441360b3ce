/**
 * Every registry of numbers that this copy of the package looks after and that is still in use, and a way to be attached to
 * all of them, those to come included. Each copy looks after those that it made, and one of them after the process's own, so
 * what every copy attaches is on each registry once.
 *
 * Invariant: being listed keeps no registry alive.
 */
import type { StatsRegistry } from './stats-registry.js';

type Attach = (registry: StatsRegistry) => () => void;

const living = new Set<WeakRef<StatsRegistry>>();
const gone = new FinalizationRegistry<WeakRef<StatsRegistry>>((reference) => living.delete(reference));
const newcomers = new Set<(registry: StatsRegistry) => void>();

/** Lists a registry. */
export function enlist(registry: StatsRegistry): void {
  const reference = new WeakRef(registry);
  living.add(reference);
  gone.register(registry, reference);
  for (const welcome of newcomers) welcome(registry);
}

/** All that are in use. */
export function* everyRegistry(): IterableIterator<StatsRegistry> {
  for (const reference of living) {
    const registry = reference.deref();
    if (registry !== undefined) yield registry;
  }
}

/** Calls `attach` for every registry, and for those made later. What it returns undoes it, when all that is stopped. */
export function attachToAll(attach: Attach): () => void {
  const undo = new WeakMap<StatsRegistry, () => void>();
  const welcome = (registry: StatsRegistry): void => void undo.set(registry, attach(registry));
  for (const registry of everyRegistry()) welcome(registry);
  newcomers.add(welcome);
  return () => {
    newcomers.delete(welcome);
    for (const registry of everyRegistry()) undo.get(registry)?.();
  };
}
