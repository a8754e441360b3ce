/**
 * Who awaits whom. A holder that waits for a lock of its own is deadlocked only if it *awaits* that attempt: work that it
 * started and goes on without (`void refresh()`) has its async context, but does not keep it.
 *
 * V8 knows: the stack of an error made in an async function goes on with the functions that await it ("at async …"), also
 * through `then`, `return promise`, `Promise.all` and `allSettled`. So a body is run by a function with a name of its own,
 * and if that name is found in the stack of the attempt, the body awaits it.
 *
 * Invariant: a name that is found is proof. One that is not may have been hidden by code that awaits in a way V8 does not
 * see, such as an event emitter.
 */
import { withStackTraces } from './stack-traces.js';

/** A function that awaits, as the stack has it. */
export interface Awaiting {
  readonly name: string;
  /** Where it is written; empty when that is nowhere. */
  readonly file: string;
}

const DEPTH = 200;

/** The functions that await the async function which calls this, the innermost first. It must have awaited something. */
export function awaitChain(): Awaiting[] {
  const settings = { stackTraceLimit: DEPTH, prepareStackTrace: (_error: unknown, sites: unknown) => sites };
  const sites: unknown = withStackTraces(settings, () => new Error('await chain').stack);
  if (!Array.isArray(sites)) return [];
  const awaiting = sites.filter((site) => site.isAsync?.() === true);
  // Whoever awaits that may go on without this one.
  const end = awaiting.findIndex(isPromiseAny);
  return awaiting
    .slice(0, end === -1 ? undefined : end)
    .map((site) => ({ name: site.getFunctionName() ?? '', file: site.getFileName() ?? '' }));
}

/** V8 has a question of its own for `Promise.all` only. */
function isPromiseAny(site: NodeJS.CallSite): boolean {
  return site.getFunctionName() === 'any' && !site.getFileName();
}
