/**
 * Whether a path matches a route, asked of Express's own Layer. A request that goes through a Router pays for its loop, its
 * closures and a turn of the event loop on its way out; the Layer in it is all that knows what a path means.
 *
 * Invariant: what matches here matches in the Router, with the same params. A Router whose Layer is not as expected is used
 * as it is.
 */
import { Router } from 'express';

type Params = Record<string, string>;

/** The params of a path that matches, or `undefined`. Throws what the Router would pass to `next`: a param that is not decodable. */
export type RouteMatch = (path: string) => Params | undefined;

/** Says whether there is a match: Express 4, and 5 at first, leave the params on the layer, later ones return them. */
interface Layer {
  params?: Params;
  match(path: string): boolean | { params: Params };
}

/** How the one route of this router matches; `undefined` when it cannot be asked. */
export function routeMatch(router: Router): RouteMatch | undefined {
  return understood ? matchOf(router) : undefined;
}

function matchOf(router: Router): RouteMatch {
  const layer = (router as unknown as { stack: Layer[] }).stack[0]!;
  return (path) => {
    const found = layer.match(path);
    if (found === false) return undefined;
    return found === true ? layer.params : found.params;
  };
}

/** Asked once, with a route whose answers are known. */
const understood = isUnderstood();

function isUnderstood(): boolean {
  try {
    const probe = Router();
    probe.all('/probe/:it', () => undefined);
    const match = matchOf(probe);
    return match('/probe/7')?.it === '7' && match('/probe') === undefined && match('/prob%65/x/y') === undefined;
  } catch {
    return false;
  }
}
