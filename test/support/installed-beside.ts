/**
 * The packed package as somebody installed it: a folder of its own whose `node_modules` has the package and what is named,
 * and nothing else that this repository happens to have.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ROOT, unpackInto } from './packed-package.js';
import { type Ended, runProgram } from './run-program.js';

/** Packages of this repository: by their name here, by the name that they shall have: `{ express: 'express4' }`. */
export type Linked = readonly string[] | Readonly<Record<string, string>>;

/** A folder with the package installed. */
export interface Installation {
  readonly folder: string;
  /** Adds a file, such as `node_modules/prom-client/index.js`. */
  readonly write: (file: string, text: string) => void;
  /** Copies the files and folders in a folder of this repository. */
  readonly copy: (source: string) => void;
  /** Puts packages of this repository beside it. Those under `node_modules` need no more than their name. */
  readonly link: (packages: Linked) => void;
  /** A file in its folder, if it is there. */
  readonly find: (file: string) => string | undefined;
  /** Runs `script` in Node, as an ES module or as CommonJS. */
  readonly run: (script: string, type: 'module' | 'commonjs') => Ended;
  /** Runs any program there. */
  readonly program: (program: string, ...args: string[]) => Ended;
  /** Runs this repository's TypeScript compiler there. */
  readonly tsc: (...args: string[]) => Ended;
  readonly remove: () => void;
}

/**
 * Installs the packed package beside `packages` of this repository's own.
 *
 * @throws Error when the package was not built.
 * @example
 * const { run, remove } = installBeside(['prom-client']);
 */
export function installBeside(packages: Linked): Installation {
  const installation = emptyFolder();
  try {
    unpackInto(installation.folder);
    installation.link(packages);
  } catch (error) {
    installation.remove();
    throw error;
  }
  return installation;
}

/**
 * The same with nothing installed yet.
 *
 * @example
 * const { folder, program, remove } = emptyFolder();
 */
export function emptyFolder(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'lockmeter-installed-'));
  const program = (name: string, ...args: string[]): Ended => runProgram(folder, name, args);
  return {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    copy: (source) => cpSync(join(ROOT, source), folder, { recursive: true }),
    link(packages) {
      const named = isNames(packages) ? Object.fromEntries(packages.map((name) => [name, name])) : packages;
      for (const [name, place] of Object.entries(named)) linkOne(folder, name, place);
    },
    find: (file) => (existsSync(join(folder, file)) ? join(folder, file) : undefined),
    run: (script, type) => program(process.execPath, `--input-type=${type}`, '-e', script),
    program,
    tsc: (...args) => program(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), ...args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `place` is a name under `node_modules`, or a path with `node_modules` in it, from the root of this repository. */
function linkOne(folder: string, name: string, place: string): void {
  const target = place.includes('node_modules/') ? resolve(ROOT, place) : join(ROOT, 'node_modules', place);
  const link = join(folder, 'node_modules', name);
  if (!existsSync(target)) throw new Error(`${target} is missing: run \`npm ci\` first.`);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
}

/** `Array.isArray()` does not tell a read-only array from the other form. */
function isNames(packages: Linked): packages is readonly string[] {
  return Array.isArray(packages);
}
