/**
 * The ways through a manager, by name and by key, next to the bare lock. In a process apart: they run the same code with
 * other shapes, and would take the bare lock's comparison with the peers along.
 */
import { lockmeter, lockmeterByKey, lockmeterByName } from '../peers/lockmeter.js';
import { pMutex } from '../peers/p-mutex.js';
import { measureLocks } from './no-sdk.js';
import type { Outcome, Settings } from './scenario.js';

export async function measure(settings: Settings): Promise<Outcome> {
  const locks = [pMutex, lockmeter, lockmeterByName, lockmeterByKey];
  return { measurements: await measureLocks(locks, settings, false), notes: [] };
}
