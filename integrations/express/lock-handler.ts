/**
 * lockHandler: the exact form. The lock is held for the handler's promise, not for the response, so work after `res.end()`
 * is covered, and a client that leaves changes nothing for a handler that runs.
 */
import type { RequestHandler } from 'express';
import { checkBody, checkNoOthers, checkOptions } from '../../src/options.js';
import { lockRequests, type RequestMiddleware } from './locked-request.js';
import {
  checkRequestLock,
  isThenable,
  REQUEST_LOCK_OPTIONS,
  type RequestLockOptions,
  type RouteParams,
} from './request-lock-options.js';
import { DEFAULT_GRACE, untilOver } from './serialize.js';

/**
 * Makes a handler that runs `handler` under the lock `name`, one call at a time and in the order of arrival; with `key`, one
 * at a time per key. What it throws or rejects with goes to `next`. It should return a promise of all it does: the lock is
 * released when that settles. Without one, it is held until the response is over, as {@link serialize} does.
 *
 * @throws TypeError, RangeError when the name, the handler or an option is not what it should be.
 * @example
 * app.post('/orders/:id/pay', lockHandler<{ id: string }>('order', async (req, res) => {
 *   res.json(await pay(req.params.id));
 *   await audit(req.params.id); // still under the lock
 * }, { key: (req) => req.params.id }));
 */
export function lockHandler<P = RouteParams>(
  name: string,
  handler: RequestHandler<P>,
  options: RequestLockOptions<P> = {},
): RequestMiddleware {
  checkOptions(options);
  checkNoOthers(options, REQUEST_LOCK_OPTIONS);
  const settings = checkRequestLock(name, options);
  checkBody(handler, 'handler');
  return lockRequests(settings, (_hold, lock, req, res, next) => {
    const returned: unknown = handler(req, res, next);
    // Nothing to wait for: what it started shows its end by ending the response.
    return isThenable(returned) || res.writableEnded ? returned : untilOver(lock, res, DEFAULT_GRACE);
  });
}
