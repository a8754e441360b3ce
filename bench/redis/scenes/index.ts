/** The scenes in the order they run. */
import type { Scene } from './scene.js';

export const scenes: readonly Scene[] = [
  { name: 'uncontended', title: 'Nobody waits: acquire and release', load: () => import('./uncontended.js') },
  { name: 'contended', title: '50 wait for one lock, held for no time', load: () => import('./contended.js') },
  { name: 'waiting', title: '50 wait for one lock: commands', load: () => import('./waiting.js') },
  { name: 'many', title: '10 000 wait for 1 000 locks', load: () => import('./many.js') },
  { name: 'held', title: '1 000 locks are held', load: () => import('./held.js') },
];
