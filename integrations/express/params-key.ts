/**
 * The default key of a route: the concrete values of its params, so that `/orders/7` and `/orders/8` do not wait for each
 * other.
 *
 * Invariant: different values give different keys. A single plain value is its own key, so that other code can take the
 * same lock with `locks.lock('/orders/:id', id)`; everything else is a JSON array, and a plain key never starts like one.
 */
export function paramsKey(params: object): string | undefined {
  let only: unknown;
  let count = 0;
  for (const value of Object.values(params)) {
    // Express 4 has `undefined` for an optional param that is not there, Express 5 has no entry.
    if (value === undefined) continue;
    only = value;
    count++;
  }
  if (count === 0) return undefined;
  if (count === 1 && typeof only === 'string' && !only.startsWith('[')) return only;
  return JSON.stringify(Object.values(params).filter((value) => value !== undefined));
}
