/**
 * The page of a registry with the metrics of one manager, read as a scraper reads it: from the text, by name and label.
 */
import type { LockManager } from 'lockmeter';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { Registry } from 'prom-client';
import { samplesOf } from './prometheus-page.js';

/** One scrape: the value of a series of one lock, such as `('acquisitions_total', { lock_outcome: 'busy' })`. */
export type LockPage = (metric: string, labels?: Record<string, string>) => number;

/** A registry with these locks on it. */
export interface LockRegistry {
  readonly register: Registry;
  /** Scrapes it. What is read is the state at the call, not when the page is there. */
  readonly scrape: () => Promise<LockPage>;
}

/** Puts the metrics of `manager` on a registry of their own; pages are read for the lock name `lock`. */
export function lockRegistry(manager: LockManager, lock = 'inventory'): LockRegistry {
  const register = new Registry();
  collectLockMetrics({ manager, register });
  return { register, scrape: async () => reader(samplesOf(await register.metrics()), lock) };
}

function reader(samples: Map<string, number>, lock: string): LockPage {
  return (metric, labels = {}) => {
    const all = Object.entries({ lock_backend: 'memory', lock_name: lock, ...labels });
    const sorted = all.map(([name, value]) => `${name}="${value}"`).sort();
    const series = `lockmeter_${metric}{${sorted.join(',')}}`;
    const value = samples.get(series);
    if (value === undefined) throw new Error(`the page has no ${series}`);
    return value;
  };
}
