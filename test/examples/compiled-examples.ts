/**
 * The examples compiled as `npm start` compiles them, into a folder of a test's own: what `npm start` built may be running.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = process.cwd();
const run = promisify(execFile);

/**
 * Compiles them into `build`, a folder of the repository so that they find the package by its name.
 *
 * @throws Error with what the compiler says.
 */
export async function compileExamples(build: string): Promise<void> {
  const typescript = dirname(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json'));
  const tsc = join(typescript, 'bin', 'tsc');
  const compile = run(process.execPath, [tsc, '-p', 'tsconfig.examples.json', '--outDir', build], { cwd: ROOT });
  await compile.catch((error: { stdout: string }) => {
    throw new Error(`The examples do not compile:\n${error.stdout}`);
  });
}

/** The program of a shop. */
export function shopProgram(build: string, shop: string): string {
  return join(ROOT, build, 'examples', shop, 'main.js');
}
