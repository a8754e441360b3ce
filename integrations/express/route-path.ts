/**
 * What a route's path may be. What it means is Express's business; but a path that nothing can match is a lock that locks
 * nothing, and says so before the first request.
 */
import { show } from '../../src/options.js';

/**
 * A path as routes take it. One that is no string needs a `name`.
 *
 * @example
 * const paths: RoutePath = ['/orders/:id', '/orders/:id/items'];
 */
export type RoutePath = string | RegExp | (string | RegExp)[];

/**
 * Begins with a letter or a param that has to be there, where every request's path begins with a slash. Wildcards, groups and
 * optional parts may match the slash, as `*`, `(.*)`, `{/x}` and `a?/x` do, and an alternative (`|`) may begin with one.
 */
const NEVER_MATCHES = /^(\w(?![?*{])|:\w+(?=\/|$))[^|]*$/;

export function checkPath(path: unknown): asserts path is RoutePath {
  const paths = Array.isArray(path) ? path : [path];
  if (paths.length === 0 || !paths.every((part) => typeof part === 'string' || part instanceof RegExp)) {
    throw new TypeError(`path must be a string, a RegExp or an array of them, got ${show(path)}`);
  }
  const never = paths.find((part) => typeof part === 'string' && NEVER_MATCHES.test(part));
  if (never === undefined) return;
  throw new TypeError(`path must begin with "/", or it never matches: did you mean ${show(`/${never}`)}?`);
}
