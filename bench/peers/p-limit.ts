/** p-limit with a limit of one, which many use as a lock. Callbacks only. */
import pLimit from 'p-limit';
import type { Peer } from './peer.js';

export const pLimitOfOne: Peer = {
  name: 'p-limit(1)',
  makeLock: () => pLimit(1),
  makeRun() {
    const limit = pLimit(1);
    return (body) => limit(body);
  },
};
