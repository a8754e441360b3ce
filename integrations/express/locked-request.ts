/**
 * A request's way to its lock: pass, wait, enter, or be refused. The middleware and the handler differ only in what they do
 * once they are in.
 *
 * Invariants: `enter` runs at most once, only while the lock is held, and never for a response that is over. A request whose
 * way to the lock fails goes to `next(error)` or is refused; it never goes on unlocked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Hold, Lock } from '../../src/index.js';
import { isRefusal } from '../refusal.js';
import { clientGone } from './client-gone.js';
import { isGone } from './connection-close.js';
import { keepHold } from './hold-of.js';
import { refuse } from './reject.js';
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
export type Enter<P> = (hold: Hold, lock: Lock, req: Request<P>, res: Response, next: NextFunction) => unknown;

/** The middleware; whoever has matched the route itself also gives the params that it found, for the default key. */
export type LockRequest = (req: IncomingMessage, res: ServerResponse, next: Next, ...params: [params?: object]) => void;

type Next = (error?: unknown) => void;

export function lockRequests<P>(settings: RequestLock<P>, enter: Enter<P>): LockRequest {
  const { skip } = settings;
  return function lockRequest(request, response, next, ...[params]) {
    if (!settings.locks(request.method!)) return next();
    const req = request as Request<P>;
    const res = response as Response;
    const arrive = (): void => takePlace(settings, enter, params ?? (req.params as object), req, res, next);
    // Nothing is returned: Express 4 does not look at promises. Until there is something to wait for, all is in one turn.
    if (skip === undefined) arrive();
    else void passOr(arrive, () => skip(req, res), next);
  };
}

async function passOr(arrive: () => void, skip: () => boolean | Promise<boolean>, next: Next): Promise<void> {
  try {
    if (await skip()) return next();
  } catch (error) {
    return fail(error, next);
  }
  arrive();
}

function takePlace<P>(
  settings: RequestLock<P>,
  enter: Enter<P>,
  params: object,
  req: Request<P>,
  res: Response,
  next: Next,
): void {
  try {
    const found = settings.lockFor(req, params);
    if (!(found instanceof Promise)) takeTurn(settings, enter, found, req, res, next);
    else found.then((lock) => takeTurn(settings, enter, lock, req, res, next)).catch((error) => fail(error, next));
  } catch (error) {
    fail(error, next);
  }
}

function takeTurn<P>(
  settings: RequestLock<P>,
  enter: Enter<P>,
  lock: Lock,
  req: Request<P>,
  res: Response,
  next: Next,
): void {
  const { timeout, maxQueue, pattern } = settings;
  // Only who waits can be left waiting: a request that finds the lock free needs no signal.
  const gone = lock.mayQueue || isGone(res) ? clientGone(res) : undefined;
  let entered = false;
  const body = (hold: Hold): unknown => {
    entered = true;
    gone?.stop();
    // Who did not wait was asked a moment ago.
    const over = (gone !== undefined && isGone(res)) || res.writableEnded;
    if (over) return undefined;
    keepHold(req, hold);
    return enter(hold, lock, req, res, next);
  };
  lock.run(body, { timeout, maxQueue, signal: gone?.signal, label: `${req.method} ${pattern}` }).catch((error) => {
    gone?.stop();
    if (gone?.signal.aborted) return undefined;
    // A lock error from inside is the application's own: only this lock's refusal is answered here.
    if (entered || !isRefusal(error)) return fail(error, next);
    return refuse(settings, error, lock, req, res, next).catch((thrown) => fail(thrown, next));
  });
}

/** A falsy error would read as "go on". */
function fail(error: unknown, next: Next): void {
  next(error || new Error('Rejected promise'));
}
