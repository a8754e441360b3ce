/**
 * The built package as somebody installed it: a folder of its own whose `node_modules` has the package and what is named,
 * and nothing else that this repository happens to have.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a program wrote, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with the package installed. */
export interface Installation {
  /** Adds a file, such as `node_modules/prom-client/index.js`. */
  readonly write: (file: string, text: string) => void;
  /** Runs `script` in Node, as an ES module or as CommonJS. */
  readonly run: (script: string, type: 'module' | 'commonjs') => Ended;
  /** Runs TypeScript's compiler there. */
  readonly tsc: (...args: string[]) => Ended;
  readonly remove: () => void;
}

/**
 * Installs the built package beside `packages` of this repository's own.
 *
 * @throws Error when the package was not built.
 * @example
 * const { run, remove } = installBeside(['prom-client']);
 */
export function installBeside(packages: readonly string[]): Installation {
  const root = mkdtempSync(join(tmpdir(), 'lockmeter-installed-'));
  const place = (name: string): string => join(root, 'node_modules', name);
  for (const part of ['package.json', 'dist/esm', 'dist/cjs']) {
    if (!existsSync(join(ROOT, part))) throw new Error(`${part} is missing: run \`npm run build\` first.`);
    cpSync(join(ROOT, part), join(place('lockmeter'), part), { recursive: true });
  }
  for (const name of packages) {
    mkdirSync(dirname(place(name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place(name));
  }
  return {
    write: (file, text) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    run: (script, type) => started(root, process.execPath, [`--input-type=${type}`, '-e', script]),
    tsc: (...args) => started(root, join(ROOT, 'node_modules/.bin/tsc'), args),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function started(cwd: string, program: string, args: readonly string[]): Ended {
  const { NODE_OPTIONS: _jestOnly, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}
