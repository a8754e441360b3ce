/** p-mutex: the fastest complete one, hence the one that the bars without an SDK are set against. */
import Mutex from 'p-mutex';
import type { Peer } from './peer.js';

export const pMutex: Peer = {
  name: 'p-mutex',
  makeLock: () => new Mutex(),
  makeRun() {
    const mutex = new Mutex();
    return (body) => mutex.withLock(body);
  },
  makeAcquire() {
    const mutex = new Mutex();
    return { acquire: () => mutex.lock(), release: () => mutex.unlock() };
  },
};
