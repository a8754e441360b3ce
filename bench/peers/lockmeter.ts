/**
 * This package: the bare lock, and the two ways through the process's manager. What it measures is always on; there is
 * nothing to switch off.
 */
import { Lock, locks } from 'lockmeter';
import type { Peer } from './peer.js';

const key = { key: 'a key' };

export const lockmeter: Peer = {
  name: 'lockmeter',
  makeLock: () => new Lock('bench'),
  makeRun() {
    const lock = new Lock('bench');
    return (body) => lock.run(body);
  },
  makeAcquire() {
    const lock = new Lock('bench');
    return { acquire: () => lock.acquire(), release: () => lock.release() };
  },
};

export const lockmeterByName: Peer = {
  name: 'lockmeter, locks.run(name)',
  makeLock: () => locks.lock('bench-by-name'),
  makeRun: () => (body) => locks.run('bench-by-name', body),
};

export const lockmeterByKey: Peer = {
  name: 'lockmeter, locks.run(name, { key })',
  makeLock: () => locks.lock('bench-by-key', 'a key'),
  makeRun: () => (body) => locks.run('bench-by-key', body, key),
};
