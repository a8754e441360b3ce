/** The same bench on another Node.js, which the npm package `node` carries as a binary. Nothing is installed for good. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs main.js with these arguments there and returns its exit code. */
export function runOnOtherNode(version: string, args: readonly string[]): number {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const command = ['--yes', '--package', `node@${version}`, '--', 'node', '--expose-gc', main, ...args];
  const { status, error } = spawnSync('npx', command, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}
