/**
 * lockRoute: one line that serialises a route. What a path means is Express's business (versions differ), so the path is
 * given to a Router of Express's own and matches exactly as the same path in `app.post(path)` does.
 *
 * Invariant: whoever comes after it finds the request's `params` as they were before it.
 */
import { type Request, Router } from 'express';
import { checkNoOthers, checkOptions, show } from '../../src/options.js';
import type { LockRequest, RequestMiddleware } from './locked-request.js';
import { paramsKey } from './params-key.js';
import { checkRequestLock, type RouteParams } from './request-lock-options.js';
import { type RouteMatch, routeMatch } from './route-match.js';
import { checkPath, type RoutePath } from './route-path.js';
import { checkGrace, SERIALIZE_OPTIONS, type SerializeOptions, serializeWith } from './serialize.js';

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

/** The names of these options. */
export const LOCK_ROUTE_OPTIONS = [
  ...SERIALIZE_OPTIONS,
  'name',
  'caseSensitive',
  'strict',
  'mergeParams',
] as const satisfies readonly (keyof LockRouteOptions)[];

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
export function lockRoute<P = RouteParams>(path: RoutePath, options: LockRouteOptions<P> = {}): RequestMiddleware {
  checkPath(path);
  checkOptions(options);
  checkNoOthers(options, LOCK_ROUTE_OPTIONS);
  const { name = nameOf(path), caseSensitive, strict, mergeParams } = options;
  for (const flag of ['caseSensitive', 'strict', 'mergeParams'] as const) checkFlag(options[flag], flag);
  const settings = checkRequestLock(name, options, {
    pattern: typeof path === 'string' ? path : name,
    key: paramsKey,
  });
  const lock = serializeWith(settings, checkGrace(options));
  const router = Router({ caseSensitive, strict, mergeParams });
  router.all(path, (req, res, next) => lock(req, res, next));
  const through = router as unknown as RequestMiddleware;
  const match = mergeParams ? undefined : routeMatch(router);
  if (match === undefined) return through;
  const { key, skip, handler } = options;
  return matchThen(lock, through, match, (key ?? skip ?? handler) !== undefined);
}

/**
 * What the router does for a request, without the router where that is known.
 *
 * @param shown Whether functions of the user's see the request, and so its params.
 */
function matchThen(lock: LockRequest, router: RequestMiddleware, match: RouteMatch, shown: boolean): RequestMiddleware {
  return function lockRoute(request, res, next) {
    const req = request as Request;
    const { path } = req;
    // Outside of an application, where nobody has given the request a `path`.
    if (path === undefined) return router(request, res, next);
    const own = match(path);
    if (own === undefined) return next();
    if (!shown) return lock(req, res, next, own);
    const { params } = req;
    req.params = own;
    lock(req, res, (error) => {
      req.params = params;
      next(error);
    });
  };
}

function nameOf(path: RoutePath): string {
  if (typeof path === 'string') return path;
  throw new TypeError('name must be a string when path is a RegExp or an array, got undefined');
}

function checkFlag(value: unknown, option: string): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(`${option} must be true or false, got ${show(value)}`);
}
