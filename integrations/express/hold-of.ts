/**
 * The holds of a request, for the handlers behind a lock: they get a request and not the hold that `run()` gives its body.
 *
 * Invariant: a hold is known by its request from before its handlers start, and for as long as the request is there. A handler
 * that still runs when its lock is the next one's must have the token by which it is told from the next one.
 */
import type { IncomingMessage } from 'node:http';
import type { Hold } from '../../src/index.js';

interface Held {
  readonly hold: Hold;
  /** What the request took before. */
  readonly earlier: Held | undefined;
}

const held = new WeakMap<IncomingMessage, Held>();

/** Has {@link holdOf} know the hold. */
export function keepHold(req: IncomingMessage, hold: Hold): void {
  held.set(req, { hold, earlier: held.get(req) });
}

/**
 * The hold that a request got from `lockRoute`, `serialize` or `lockHandler`: its `signal` aborts when the lock is lost, and its
 * `fencingToken` goes with what is written under it. It is the last one that the request took, or the last one of this name.
 *
 * @throws Error when the request took no such lock; also when `skip` or `methods` let it pass without.
 * @example
 * app.post('/stock/:sku', serialize('stock', { manager }), async (req, res) => {
 *   const { signal, fencingToken } = holdOf(req);
 *   await setStock(req.params.sku, req.body.count, { signal, fencingToken });
 *   res.sendStatus(204);
 * });
 */
export function holdOf(req: IncomingMessage, name?: string): Hold {
  let found = held.get(req);
  while (found !== undefined && name !== undefined && found.hold.lock !== name) found = found.earlier;
  if (found !== undefined) return found.hold;
  const lock = name === undefined ? 'no lock' : `no lock ${JSON.stringify(name)}`;
  throw new Error(
    `the request took ${lock}: no lockRoute, serialize or lockHandler above let it in, or it was skipped`,
  );
}
