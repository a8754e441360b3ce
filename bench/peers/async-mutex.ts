/** async-mutex: the most popular of them. `acquire()` grants the function that releases. */
import { Mutex } from 'async-mutex';
import type { Peer } from './peer.js';

export const asyncMutex: Peer = {
  name: 'async-mutex',
  makeLock: () => new Mutex(),
  makeRun() {
    const mutex = new Mutex();
    return (body) => mutex.runExclusive(body);
  },
  makeAcquire() {
    const mutex = new Mutex();
    return { acquire: () => mutex.acquire(), release: (release) => (release as () => void)() };
  },
};
