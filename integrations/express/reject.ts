/**
 * The answer to a request that did not get its lock: a problem document (RFC 9457) that says when to come back.
 *
 * Invariant: nothing about the holder, the key or the name of the lock goes to the client; the error object has it, for
 * `handler` and logs.
 */
import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Lock, LockError } from '../../src/index.js';
import { outOfService } from '../refusal.js';
import { retryAfterSeconds } from '../retry-after.js';
import type { RequestLock } from './request-lock-options.js';

export async function refuse<P>(
  settings: RequestLock<P>,
  error: LockError,
  lock: Lock,
  req: Request<P>,
  res: Response,
  next: NextFunction,
): Promise<void> {
  const { handler } = settings;
  if (handler !== undefined) {
    await handler(error, req, res, next);
    return;
  }
  if (res.headersSent) return next(error);
  const detail = outOfService(error);
  const status = detail === undefined ? settings.statusCode : 503;
  res
    .status(status)
    .set('Retry-After', String(retryAfterSeconds(error, lock.stats.hold, settings.manager)))
    .type('application/problem+json');
  res.json({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: detail ?? 'The resource is busy. Try again later.',
    code: error.code,
  });
}
