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
import { isOwn } from './call-site.js';

/** A function that awaits, as the stack has it. */
export interface Awaiting {
  readonly name: string;
  /** Whether it is one of this package, or may be. */
  readonly own: boolean;
}

const DEPTH = 200;

/** The functions that await the async function which calls this, the innermost first. It must have awaited something. */
export function awaitChain(): Awaiting[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_error, sites) => sites;
  const sites = new Error('await chain').stack as unknown as NodeJS.CallSite[];
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  return sites
    .filter((site) => (site as { isAsync?(): boolean }).isAsync?.() === true)
    .map((site) => ({ name: site.getFunctionName() ?? '', own: isOwn(site.getFileName() ?? '') !== false }));
}
