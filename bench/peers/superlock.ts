/** superlock: the only other one that takes an AbortSignal, so the cancellation scenario has it too. */
import { createLock, withLock } from 'superlock';
import type { Peer } from './peer.js';

export const superlock: Peer = {
  name: 'superlock',
  makeLock: () => withLock(),
  makeRun() {
    const run = withLock();
    return (body) => run(body);
  },
  makeAcquire() {
    const lock = createLock();
    return { acquire: () => lock(), release: (release) => (release as () => void)() };
  },
};
