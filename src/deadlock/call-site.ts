/**
 * Where in the user's code something was called: the lines of a stack that are not this package's.
 *
 * It is kept as an error, whose stack becomes text only when somebody reads it.
 */

/** Frames that are kept: this package's own are up to ten, and each costs a good part of a microsecond. */
const DEPTH = 16;
/** Lines that are shown. */
const SHOWN = 5;

/** The folders of this package as they stand in a stack, with the slash that ends them. */
const OWN = ownFolders();

/** The stack of whoever calls. */
export function callSite(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  const site = new Error('call site');
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}

/** The innermost lines of it outside of this package and of Node. */
export function linesOf(site: Error): string[] {
  const lines = String(site.stack)
    .split('\n')
    .map((line) => line.trim());
  return lines
    .filter(
      (line) =>
        line.startsWith('at ') && !line.includes('node:internal') && !line.includes('(node:') && isOwn(line) !== true,
    )
    .slice(0, SHOWN);
}

/** Whether a file, or a line of a stack, is of this package; `undefined` when that cannot be told, as in a bundle. */
export function isOwn(text: string): boolean | undefined {
  return OWN.length === 0 ? undefined : OWN.some((folder) => text.includes(folder));
}

/** From the place of this very file: an ESM build has no `__dirname`, a CommonJS one no `import.meta`. */
function ownFolders(): string[] {
  const [, here] = /(?:\(|at )([^()]*?)src[\\/]deadlock[\\/]call-site/.exec(String(new Error('here').stack)) ?? [];
  return here === undefined ? [] : [`${here}src/`, `${here}integrations/`];
}
