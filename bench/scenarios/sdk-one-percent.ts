/**
 * A process as most run in production: an OpenTelemetry SDK is registered, and exactly one request in a hundred is sampled.
 * This package traces without being asked to.
 */
import { asyncMutex } from '../peers/async-mutex.js';
import { handWritten } from '../peers/hand-written.js';
import { lockmeter } from '../peers/lockmeter.js';
import { pMutex } from '../peers/p-mutex.js';
import { promiseChain } from '../peers/promise-chain.js';
import type { Outcome, Settings } from './scenario.js';
import { measureTraced } from './traced.js';

export function measure(settings: Settings): Promise<Outcome> {
  return measureTraced([promiseChain, pMutex, asyncMutex, handWritten, lockmeter], 100, settings);
}
