/**
 * The answer to a request that did not get its lock: a problem document (RFC 9457) that says when to come back.
 *
 * Invariant: nothing about the holder, the key or the name of the lock goes to the client; the error object has it, for
 * `handler` and logs.
 */
import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import {
  type Lock,
  LockClosedError,
  LockEngineError,
  type LockError,
  LockQueueFullError,
  LockTimeoutError,
} from '../../src/index.js';
import { retryAfterSeconds } from '../retry-after.js';
import type { RequestLock } from './request-lock-options.js';

/** Whether it means "come again". A deadlock does not: it is a mistake of the application, and its error handlers' business. */
export function isRefusal(error: unknown): error is LockError {
  return [LockTimeoutError, LockQueueFullError, LockClosedError, LockEngineError].some((kind) => error instanceof kind);
}

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
    .set('Retry-After', String(retryAfterSeconds(error, lock.stats.hold)))
    .type('application/problem+json');
  res.json({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: detail ?? 'The resource is busy. Try again later.',
    code: error.code,
  });
}

/** What is wrong when it is not that others were faster, whatever that is answered with. */
function outOfService(error: LockError): string | undefined {
  if (error instanceof LockClosedError) return 'The server is shutting down. Try again later.';
  if (error instanceof LockEngineError) return 'The resource cannot be locked at the moment. Try again later.';
  return undefined;
}
