/**
 * Where in the user's code something was called: the lines of a stack that are not this package's.
 *
 * It is kept as V8 takes it: it becomes text only when somebody reads it.
 *
 * Invariant: what the application does to `Error` costs the lines at most. It may be frozen, or format stacks its own way, or
 * throw when it does.
 */
import { withStackTraces } from './stack-traces.js';

/** Frames that are kept: this package's own are up to seven, and each costs a good part of a microsecond. */
const DEPTH = 10;
/** Lines that are shown. */
const SHOWN = 5;

/** The folders of this package as they stand in a stack, with the slash that ends them. */
const OWN = ownFolders();

/** A stack that was taken. */
export interface CallSite {
  readonly stack?: unknown;
}

/** The stack of whoever called `callee`, which is at work. */
export function callSite(callee: (...args: never[]) => unknown): CallSite {
  const site: CallSite = {};
  withStackTraces({ stackTraceLimit: DEPTH }, () => Error.captureStackTrace(site, callee));
  return site;
}

/** The innermost lines of it outside of this package and of Node; in a bundle, where those look alike, all that are known. */
export function linesOf(site: CallSite): string[] {
  const lines = textOf(site)
    .split('\n')
    .map((line) => line.trim());
  return lines
    .filter(
      (line) => line.startsWith('at ') && !line.includes('node:internal') && !line.includes('(node:') && !isOwn(line),
    )
    .slice(0, OWN.length === 0 ? DEPTH : SHOWN);
}

function isOwn(line: string): boolean {
  return OWN.some((folder) => line.includes(folder));
}

/**
 * From the place of this very file: an ESM build has no `__dirname`, a CommonJS one no `import.meta`. Both builds are one
 * package, and may be loaded beside one another.
 */
function ownFolders(): string[] {
  const [, root, built] =
    /(?:\(|at )([^()]*?)((?:esm|cjs)[\\/])?src[\\/]deadlock[\\/]/.exec(
      textOf(withStackTraces({ stackTraceLimit: DEPTH }, () => new Error('here'))),
    ) ?? [];
  if (root === undefined) return [];
  return built === undefined ? [`${root}src/`, `${root}integrations/`] : [`${root}esm/`, `${root}cjs/`];
}

function textOf(site: CallSite): string {
  try {
    return String(site.stack);
  } catch {
    return '';
  }
}
