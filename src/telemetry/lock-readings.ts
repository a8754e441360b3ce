/**
 * One look at all lock names for one scrape. A registry asks each metric apart but in one synchronous step; what the first
 * of them read serves them all, so the figures of a page agree with each other.
 */
import { now } from '../clock.js';
import type { LiveStats, LockStats } from '../stats.js';
import type { StatsRegistry } from '../stats-registry.js';

export interface LockReading {
  readonly stats: LockStats;
  readonly live: LiveStats;
}

export class LockReadings {
  private current: readonly LockReading[] | undefined;

  constructor(readonly registry: StatsRegistry) {}

  read(): readonly LockReading[] {
    if (this.current === undefined) {
      const time = now();
      this.current = Array.from(this.registry.all(), (stats) => ({ stats, live: stats.live(time) }));
      queueMicrotask(() => {
        this.current = undefined;
      });
    }
    return this.current;
  }
}
