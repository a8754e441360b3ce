/**
 * Sums of counts. Imports nothing of the package, so that tests may import it before they replace the clock.
 */

/** The sum of an array of counts, or of the values of a record of them. */
export function sum(counts: Iterable<number> | Record<string, number>): number {
  let total = 0;
  for (const count of Symbol.iterator in counts ? (counts as Iterable<number>) : Object.values(counts)) total += count;
  return total;
}
