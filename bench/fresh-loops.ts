/**
 * Copies of the loop modules: a module is evaluated once per URL, so a query makes one that has its own functions with
 * their own type feedback.
 */

type Loops = typeof import('./loops.js');
type RequestLoops = typeof import('./request-loops.js');

/** A copy of `loops.ts` for one contestant. */
export async function freshLoops(contestant: string): Promise<Loops> {
  return import(`./loops.js?for=${encodeURIComponent(contestant)}`);
}

/** A copy of `request-loops.ts` for one contestant. */
export async function freshRequestLoops(contestant: string): Promise<RequestLoops> {
  return import(`./request-loops.js?for=${encodeURIComponent(contestant)}`);
}
