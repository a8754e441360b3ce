/**
 * The answer to a request that did not get its lock: a problem document (RFC 9457) that says when to come back.
 *
 * Invariant: nothing about the holder, the key or the name of the lock goes to the client; the error object has it, for
 * `handler` and logs.
 */
import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { type Lock, LockClosedError, type LockError } from '../../src/index.js';
import type { RequestLock } from './request-lock-options.js';

/** A guess further ahead than this, in seconds, says more about one slow hold than about the future. */
const MAX_RETRY_AFTER = 60;

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
  const closed = error instanceof LockClosedError;
  const status = closed ? 503 : settings.statusCode;
  res
    .status(status)
    .set('Retry-After', String(retryAfter(lock)))
    .type('application/problem+json');
  res.json({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: closed ? 'The server is shutting down. Try again later.' : 'The resource is busy. Try again later.',
    code: error.code,
  });
}

/** Whole seconds until those who wait now will have had their turn, if their holds are like the ones before. */
function retryAfter(lock: Lock): number {
  const { count, sum } = lock.stats.hold;
  const seconds = count === 0 ? 0 : (lock.queueDepth * sum) / count / 1_000;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_RETRY_AFTER);
}
