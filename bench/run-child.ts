/**
 * Runs a program in a process of its own, tells it what to do and waits for what it has found: two at a time would measure
 * each other.
 */
import { fork } from 'node:child_process';

/**
 * Resolves to the message that the program sends.
 *
 * @param job Becomes its only argument, as JSON.
 * @param options For Node.js.
 * @throws Error when it ends without one.
 */
export function runChild<T>(program: URL, job: unknown, what: string, options: readonly string[] = []): Promise<T> {
  const child = fork(program, [JSON.stringify(job)], { execArgv: ['--expose-gc', ...options] });
  return new Promise((resolve, reject) => {
    child.once('message', (found) => resolve(found as T));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`The process that measured ${what} ended with ${signal ?? code}`));
    });
  });
}
