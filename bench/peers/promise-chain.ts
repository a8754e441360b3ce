/**
 * The floor: each body is chained to the one before it. It locks, in order, and does nothing else that a lock does.
 */
import type { Peer } from './peer.js';

export const promiseChain: Peer = {
  name: 'promise chain (floor)',
  makeLock: () => ({ tail: Promise.resolve() }),
  makeRun() {
    let tail = Promise.resolve();
    return (body) => {
      tail = tail.then(body);
      return tail;
    };
  },
  makeAcquire() {
    let tail = Promise.resolve();
    let open: () => void;
    const opener = (resolve: () => void): void => {
      open = resolve;
    };
    return {
      acquire() {
        const before = tail;
        tail = new Promise(opener);
        const release = open;
        return before.then(() => release);
      },
      release: (release) => (release as () => void)(),
    };
  },
};
