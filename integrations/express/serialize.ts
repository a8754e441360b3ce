/**
 * serialize: the middleware. It holds the lock for what comes after it, until the response is over.
 *
 * Invariant: what comes after it starts inside the body of `run()`, in the request's own async context, so that whatever an
 * observer makes active for the hold is active for the handlers too.
 */
import type { ServerResponse } from 'node:http';
import { endsElsewhere } from '../../src/deadlock/nesting.js';
import type { Lock } from '../../src/index.js';
import { checkNoOthers, checkOneOf, checkOptions, checkTimeout } from '../../src/options.js';
import { type LockRequest, lockRequests, type RequestMiddleware } from './locked-request.js';
import {
  checkRequestLock,
  REQUEST_LOCK_OPTIONS,
  type RequestLock,
  type RequestLockOptions,
  type RouteParams,
} from './request-lock-options.js';
import { responseEnd } from './response-end.js';

/** The default of `disconnectGrace`, in milliseconds. */
export const DEFAULT_GRACE = 30_000;

/**
 * The options of {@link serialize}.
 *
 * @example
 * const options: SerializeOptions = { timeout: 5_000, onDisconnect: 'release' };
 */
export interface SerializeOptions<P = RouteParams> extends RequestLockOptions<P> {
  /**
   * What becomes of a hold whose client leaves. `'hold'` (default) keeps it until the handler calls `res.end()`, for the
   * handler goes on without its client; `'release'` ends it at once, and the next handler may run beside this one.
   */
  onDisconnect?: 'hold' | 'release';
  /**
   * With `'hold'`: milliseconds from the client's leaving to the release of a hold whose response was never ended, as when
   * `pipe()` lost its reader. It is counted as abandoned. Default: 30 000.
   */
  disconnectGrace?: number;
}

/** The names of these options. */
export const SERIALIZE_OPTIONS = [
  ...REQUEST_LOCK_OPTIONS,
  'onDisconnect',
  'disconnectGrace',
] as const satisfies readonly (keyof SerializeOptions)[];

/**
 * Middleware that lets one request at a time through to what comes after it, in the order of arrival; with `key`, one at a
 * time per key. The lock is released when `res.end()` is called: work after that is not covered, see {@link lockHandler}.
 *
 * A request that waits longer than `timeout`, or finds the queue full, is answered with 503 and `Retry-After`. One whose
 * client leaves leaves the queue.
 *
 * @throws TypeError, RangeError when the name or an option is not what it should be.
 * @example
 * app.post('/orders/:id/pay', serialize<{ id: string }>('order', { key: (req) => req.params.id, timeout: 5_000 }), pay);
 */
export function serialize<P = RouteParams>(name: string, options: SerializeOptions<P> = {}): RequestMiddleware {
  checkOptions(options);
  checkNoOthers(options, SERIALIZE_OPTIONS);
  return serializeWith(checkRequestLock(name, options), checkGrace(options));
}

/** Checks and returns how long a hold outlives its client, in milliseconds. */
export function checkGrace<P>(options: SerializeOptions<P>): number {
  const { onDisconnect = 'hold', disconnectGrace = DEFAULT_GRACE } = options;
  checkOneOf(onDisconnect, ['hold', 'release'], 'onDisconnect');
  checkTimeout(disconnectGrace, 'disconnectGrace');
  return onDisconnect === 'release' ? 0 : disconnectGrace;
}

export function serializeWith<P>(settings: RequestLock<P>, grace: number): LockRequest {
  return lockRequests(settings, (hold, lock, _req, res, next) => {
    endsElsewhere(hold);
    const end = untilOver(lock, res, grace);
    next();
    return end;
  });
}

/** Resolves when the response is over, for which the lock is held meanwhile. */
export function untilOver(lock: Lock, res: ServerResponse, grace: number): Promise<void> {
  return responseEnd(res, grace, () => lock.stats.forcedReleases.abandoned++);
}
