/**
 * A request's way to its lock: pass, wait, enter, or be refused. The middleware and the handler differ only in what they do
 * once they are in.
 *
 * Invariants: `enter` runs at most once, only while the lock is held, and never for a response that is over. A request whose
 * way to the lock fails goes to `next(error)` or is refused; it never goes on unlocked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Lock } from '../../src/index.js';
import { clientGone } from './client-gone.js';
import { isGone } from './connection-close.js';
import { isRefusal, refuse } from './reject.js';
import type { RequestLock } from './request-lock-options.js';

/**
 * A middleware for any route. It says nothing about the params, so that the handlers after it keep the types that Express
 * reads from the path.
 *
 * @example
 * const oneAtATime: RequestMiddleware = serialize('checkout');
 */
export type RequestMiddleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** What a request does with the lock; it is held until the promise settles. */
export type Enter<P> = (lock: Lock, req: Request<P>, res: Response, next: NextFunction) => unknown;

export function lockRequests<P>(settings: RequestLock<P>, enter: Enter<P>): RequestMiddleware {
  return function lockRequest(req, res, next) {
    if (!settings.locks(req.method!)) return next();
    // Nothing is returned: Express 4 does not look at promises.
    void pass(settings, enter, req as Request<P>, res as Response, next);
  };
}

/** Never rejects. Until there is something to wait for, it goes on in the same turn. */
async function pass<P>(
  settings: RequestLock<P>,
  enter: Enter<P>,
  req: Request<P>,
  res: Response,
  next: NextFunction,
): Promise<void> {
  try {
    const { skip } = settings;
    if (skip !== undefined && (await skip(req, res))) return next();
    const found = settings.lockFor(req);
    await takeTurn(settings, enter, found instanceof Promise ? await found : found, req, res, next);
  } catch (error) {
    // A falsy error would read as "go on".
    next(error || new Error('Rejected promise'));
  }
}

async function takeTurn<P>(
  settings: RequestLock<P>,
  enter: Enter<P>,
  lock: Lock,
  req: Request<P>,
  res: Response,
  next: NextFunction,
): Promise<void> {
  const { timeout, maxQueue, pattern } = settings;
  // Only who waits can be left waiting: a request that finds the lock free needs no signal.
  const gone = lock.locked() || isGone(res) ? clientGone(res) : undefined;
  let entered = false;
  try {
    await lock.run(
      () => {
        entered = true;
        gone?.stop();
        return isGone(res) || res.writableEnded ? undefined : enter(lock, req, res, next);
      },
      { timeout, maxQueue, signal: gone?.signal, label: `${req.method} ${pattern}` },
    );
  } catch (error) {
    gone?.stop();
    if (gone?.signal.aborted) return;
    // A refusal from inside is the application's own: only this lock's is answered here.
    if (entered || !isRefusal(error)) throw error;
    await refuse(settings, error, lock, req, res, next);
  }
}
