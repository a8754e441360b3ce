/**
 * Runs a program to its end, as a user's shell would: without what Jest and npm put into the environment for themselves.
 */
import { spawnSync } from 'node:child_process';

/** What a program wrote, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `program` in the folder `cwd`.
 *
 * @throws Error when it cannot be started.
 * @example
 * const { status, stdout } = runProgram('.', 'node', ['--version']);
 */
export function runProgram(cwd: string, program: string, args: readonly string[]): Ended {
  // Neither Jest's options nor the place of the package that npm is running a script of.
  const { NODE_OPTIONS: _jest, npm_config_local_prefix: _here, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/**
 * What `program` wrote. It must end well.
 *
 * @throws Error with all it wrote, when it does not.
 * @example
 * const version = outputOf('.', 'node', ['--version']);
 */
export function outputOf(cwd: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = runProgram(cwd, program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
