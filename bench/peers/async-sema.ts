/** async-sema has the pair only; `run` is the try/finally around it. */
import { Sema } from 'async-sema';
import type { Peer } from './peer.js';

export const asyncSema: Peer = {
  name: 'async-sema',
  makeLock: () => new Sema(1),
  makeRun() {
    const sema = new Sema(1);
    return async (body) => {
      await sema.acquire();
      try {
        return await body();
      } finally {
        sema.release();
      }
    };
  },
  makeAcquire() {
    const sema = new Sema(1);
    return { acquire: () => sema.acquire(), release: () => sema.release() };
  },
};
