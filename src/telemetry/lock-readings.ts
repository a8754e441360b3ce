/**
 * One look at all lock names for one scrape. A registry asks each metric apart but in one synchronous step; what the first
 * of them read serves them all, so the figures of a page agree with each other.
 */
import { now } from '../clock.js';
import type { LiveStats, LockStats } from '../stats.js';
import type { StatsRegistry } from '../stats-registry.js';
import { inMicrotask } from './microtask.js';

/** The numbers of one lock name. */
export interface LockReading {
  readonly stats: LockStats;
  readonly live: LiveStats;
}

/** The numbers of a registry at one moment. */
export interface Reading {
  readonly registry: StatsRegistry;
  readonly locks: readonly LockReading[];
}

export class LockReadings {
  private current: Reading | undefined;

  constructor(readonly registry: StatsRegistry) {}

  read(): Reading {
    if (this.current === undefined) {
      this.current = readNow(this.registry);
      inMicrotask(() => {
        this.current = undefined;
      });
    }
    return this.current;
  }
}

/** Looks at all locks now. */
export function readNow(registry: StatsRegistry): Reading {
  const time = now();
  return { registry, locks: Array.from(registry.all(), (stats) => ({ stats, live: stats.live(time) })) };
}
