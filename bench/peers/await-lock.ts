/** await-lock has the pair only; `run` is the try/finally that its documentation shows. */
import AwaitLock from 'await-lock';
import type { Peer } from './peer.js';

export const awaitLock: Peer = {
  name: 'await-lock',
  makeLock: () => new AwaitLock(),
  makeRun() {
    const lock = new AwaitLock();
    return async (body) => {
      await lock.acquireAsync();
      try {
        return await body();
      } finally {
        lock.release();
      }
    };
  },
  makeAcquire() {
    const lock = new AwaitLock();
    return { acquire: () => lock.acquireAsync(), release: () => lock.release() };
  },
};
