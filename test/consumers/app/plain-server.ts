/** A server without a framework: what its routes do is all that is under a lock. */
import { createServer, type Server } from 'node:http';
import { sections } from './visit.js';

/** Runs `enter` under a lock. */
export type Guard = (enter: () => Promise<void>) => Promise<void>;

/**
 * Each path has its guard; `/unlocked` has none.
 *
 * @example
 * plainServer({ '/checkout': (enter) => locks.run('checkout', enter) }).listen(8080);
 */
export function plainServer(guards: Readonly<Record<string, Guard>>): Server {
  return createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url!, 'http://localhost');
    const who = String(searchParams.get('who'));
    const guard = guards[pathname];
    const done = guard === undefined ? sections.unlocked.pass(who) : guard(() => sections.locked.pass(who));
    void done.then(() => res.end());
  });
}
