/** All locks that are compared, the floor first and this package last. */
import { asyncLock } from './async-lock.js';
import { asyncMutex } from './async-mutex.js';
import { asyncSema } from './async-sema.js';
import { awaitLock } from './await-lock.js';
import { handWritten } from './hand-written.js';
import { lockmeter } from './lockmeter.js';
import { pLimitOfOne } from './p-limit.js';
import { pMutex } from './p-mutex.js';
import type { Peer } from './peer.js';
import { promiseChain } from './promise-chain.js';
import { superlock } from './superlock.js';

export const peers: readonly Peer[] = [
  promiseChain,
  pMutex,
  superlock,
  awaitLock,
  asyncSema,
  asyncLock,
  pLimitOfOne,
  asyncMutex,
  handWritten,
  lockmeter,
];

/** Those that the bars are about. A quick run leaves the others out where they take long. */
export const essentialPeers: readonly Peer[] = [promiseChain, pMutex, lockmeter];
