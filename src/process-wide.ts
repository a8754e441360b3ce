/**
 * What a process has one of, even when an ESM and a CommonJS copy of this package are loaded: two copies with a registry
 * each would be two locks for one name, and both would be entered at once.
 *
 * The slot is `globalThis[Symbol.for('lockmeter.v1')]`; its shape may grow, never change, while the 1 stands.
 */
import type { Nestings } from './deadlock/nesting.js';
import type { LockManager } from './lock-manager.js';
import { StatsRegistry } from './stats-registry.js';
import type { TracingSettings } from './telemetry/tracing/tracing-settings.js';

interface ProcessWide {
  stats: StatsRegistry;
  manager: LockManager | undefined;
  /** When spans are made; `undefined` until a copy has installed its tracing. Two would make every span twice. */
  tracing: TracingSettings | undefined;
  /** What is hashed along with every key that is shown. */
  keySalt: string;
  /**
   * What each copy does when somebody comes to a channel or leaves it: kept here, for channels do not keep it. The first copy
   * publishes what happens to the locks that are counted in `stats`. Two would say all of it twice.
   */
  channels: Set<() => void>;
  /** Who holds what, where deadlocks are looked for; `undefined` where they are not. */
  nestings: Nestings | undefined;
  /** Attempts that were published on channels, so that their numbers differ. */
  published: number;
}

const SLOT: unique symbol = Symbol.for('lockmeter.v1') as never;

function slot(): ProcessWide {
  const holder = globalThis as { [SLOT]?: Partial<ProcessWide> };
  holder[SLOT] ??= { stats: new StatsRegistry(false) };
  const empty = {
    manager: undefined,
    tracing: undefined,
    keySalt: '',
    channels: new Set<() => void>(),
    nestings: undefined,
    published: 0,
  };
  // Made by an older copy it may have less.
  return Object.assign(holder[SLOT], { ...empty, ...holder[SLOT] }) as ProcessWide;
}

export const processWide: ProcessWide = slot();
