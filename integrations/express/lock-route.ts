/**
 * lockRoute: one line that serialises a route. What a path means is Express's business (versions differ), so the path is
 * given to a Router of Express's own and matches exactly as the same path in `app.post(path)` does.
 */
import { Router } from 'express';
import { checkOptions, show } from '../../src/options.js';
import { paramsKey } from './params-key.js';
import { checkRequestLock, type RouteParams } from './request-lock-options.js';
import { checkGrace, type SerializeOptions, serializeWith } from './serialize.js';

/**
 * A path as routes take it. One that is no string needs a `name`.
 *
 * @example
 * const paths: RoutePath = ['/orders/:id', '/orders/:id/items'];
 */
export type RoutePath = string | RegExp | (string | RegExp)[];

/**
 * The options of {@link lockRoute}.
 *
 * @example
 * const options: LockRouteOptions = { name: 'checkout', methods: ['POST'] };
 */
export interface LockRouteOptions<P = RouteParams> extends SerializeOptions<P> {
  /** The lock's name. Default: the path as it was given, when that is a string. */
  name?: string;
  /** Whether `/Checkout` is another path than `/checkout`. Give what the application's router has. Default: no. */
  caseSensitive?: boolean;
  /** Whether `/checkout/` is another path than `/checkout`. Give what the application's router has. Default: no. */
  strict?: boolean;
  /** Whether the params of the router it is mounted in count too. Default: no. */
  mergeParams?: boolean;
}

/**
 * Lets one request at a time through to the routes of this path, in the order of arrival. A path with params has a lock for
 * each of their concrete values, unless `key` says otherwise. Mount it before those routes.
 *
 * The lock's name is the path as given, so two routers that are mounted apart and lock the same path share its lock: give
 * them a `name` each.
 *
 * @throws TypeError, RangeError when the path or an option is not what it should be, or `name` is missing for a path that is
 * no string.
 * @example
 * app.use(lockRoute('/checkout'));
 * app.use(lockRoute('/orders/:id', { methods: ['POST', 'PUT'], timeout: 5_000 }));
 */
export function lockRoute<P = RouteParams>(path: RoutePath, options: LockRouteOptions<P> = {}): Router {
  checkPath(path);
  checkOptions(options);
  const name = options.name ?? nameOf(path);
  const settings = checkRequestLock(name, options, {
    pattern: typeof path === 'string' ? path : name,
    key: (req) => paramsKey(req.params as object),
  });
  const grace = checkGrace(options);
  const { caseSensitive, strict, mergeParams } = options;
  const router = Router({ caseSensitive, strict, mergeParams });
  router.all(path, serializeWith(settings, grace));
  return router;
}

function nameOf(path: RoutePath): string {
  if (typeof path === 'string') return path;
  throw new TypeError('name must be a string when path is a RegExp or an array, got undefined');
}

function checkPath(path: unknown): asserts path is RoutePath {
  const paths = Array.isArray(path) ? path : [path];
  if (paths.length > 0 && paths.every((part) => typeof part === 'string' || part instanceof RegExp)) return;
  throw new TypeError(`path must be a string, a RegExp or an array of them, got ${show(path)}`);
}
