/**
 * What a lock is called at an engine: its name, and its key where it has one, in one string.
 *
 * Invariant: no two locks have the same. A colon parts name from key, and none is left within either.
 */

/**
 * @example
 * resourceOf('inventory', 'sku:7'); // 'inventory:sku%3A7'
 */
export function resourceOf(name: string, key: string | undefined): string {
  return key === undefined ? escaped(name) : `${escaped(name)}:${escaped(key)}`;
}

function escaped(part: string): string {
  return part.replace(/[%:]/g, encodeURIComponent);
}
