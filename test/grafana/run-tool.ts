/** Runs a program of the machine to its end. */
import { execFile } from 'node:child_process';

/** How it ended, and what it wrote. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long the installation of a program may take, in milliseconds: the time of the hook that asks for it. */
export const INSTALLING = 600_000;

/**
 * @throws Error when the program could not be started, or was ended by a signal.
 * @example
 * const { code } = await runTool(promtool, ['check', 'rules', file]);
 */
export function runTool(program: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}
