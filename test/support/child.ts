/**
 * Runs a script in a Node process of its own, in the root of the package: what depends on the process (unhandled
 * rejections, the built package, ESM beside CommonJS) cannot be seen from inside Jest.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How the process ended, and what it wrote. */
export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `script` as an ES module that can import the built package by its name, with `more` in its environment.
 *
 * @throws Error when the package was not built.
 * @example
 * const { stdout } = await runModule(`import { locks } from 'lockmeter'; console.log(String(locks.lock('x')));`);
 */
export function runModule(script: string, more: Readonly<Record<string, string>> = {}): Promise<ChildResult> {
  for (const built of ['dist/esm/src/index.js', 'dist/cjs/src/index.js']) {
    if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing: run \`npm run build\` first.`);
  }
  const { NODE_OPTIONS: _jestOnly, ...here } = process.env;
  const env = { ...here, ...more };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/**
 * What `script` writes, which is one value as JSON. It must end well and complain of nothing. Its environment has `more`.
 *
 * @throws Error when the package was not built.
 * @example
 * await reportOf(`import { locks } from 'lockmeter'; console.log(JSON.stringify(locks.snapshot()));`);
 */
export async function reportOf(script: string, more?: Readonly<Record<string, string>>): Promise<unknown> {
  const { code, stdout, stderr } = await runModule(script, more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}
