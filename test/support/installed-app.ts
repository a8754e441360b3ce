/**
 * An application in a folder of its own: its dependencies from its lock file, and this package as built, with the
 * OpenTelemetry API that this package was built with beside it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where the built package is. */
const DIST = process.env.LOCKMETER_DIST ?? join(ROOT, 'dist');

export interface InstalledApp {
  /** Runs one of its files with `node`; what it printed. */
  run(node: string, file: string): string;
  /** A file in its folder, if it is there. */
  find(file: string): string | undefined;
  remove(): void;
}

/**
 * Installs the application in `source`.
 *
 * @throws Error when the package was not built, or npm fails.
 */
export function installApp(source: string): InstalledApp {
  if (!existsSync(join(DIST, 'esm/src/index.js'))) throw new Error(`${DIST} is missing: run \`npm run build\` first.`);
  const folder = mkdtempSync(join(tmpdir(), 'lockmeter-app-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    install(join(ROOT, source), folder);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    run: (node, file) => execute(node, [file], folder),
    find: (file) => (existsSync(join(folder, file)) ? join(folder, file) : undefined),
    remove,
  };
}

function install(source: string, folder: string): void {
  cpSync(source, folder, { recursive: true });
  execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  const installed = join(folder, 'node_modules/lockmeter');
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  cpSync(DIST, join(installed, 'dist'), { recursive: true });
  const api = 'node_modules/@opentelemetry/api';
  cpSync(join(ROOT, api), join(installed, api), { recursive: true });
}

function execute(command: string, args: string[], cwd: string): string {
  // Neither Jest's options nor the place of the package that npm is running a script of.
  const { NODE_OPTIONS: _jest, npm_config_local_prefix: _here, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
