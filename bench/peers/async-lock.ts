/** async-lock: keyed, with callbacks only. Its default limit of 1 000 waiters is lifted, or the long lines would fail. */
import AsyncLock from 'async-lock';
import type { Peer } from './peer.js';

const options = { maxPending: Number.POSITIVE_INFINITY };

export const asyncLock: Peer = {
  name: 'async-lock',
  makeLock: () => new AsyncLock(options),
  makeRun() {
    const lock = new AsyncLock(options);
    return (body) => lock.acquire('bench', body);
  },
};
