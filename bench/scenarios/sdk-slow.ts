/**
 * Every request is sampled, as with tail sampling, and this package is told to make spans of slow waits and slow holds
 * only. None is that slow here: what is measured is the price of being ready to make one.
 */
import { configureTracing } from 'lockmeter/opentelemetry';
import { asyncMutex } from '../peers/async-mutex.js';
import { handWritten } from '../peers/hand-written.js';
import { lockmeter } from '../peers/lockmeter.js';
import { pMutex } from '../peers/p-mutex.js';
import type { Outcome, Settings } from './scenario.js';
import { measureTraced } from './traced.js';

export function measure(settings: Settings): Promise<Outcome> {
  configureTracing({ spans: 'slow' });
  return measureTraced([pMutex, asyncMutex, handWritten, lockmeter], 1, settings);
}
