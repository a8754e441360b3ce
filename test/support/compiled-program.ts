/**
 * Programs of this repository compiled as users compile theirs, for what must run in a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A compiled program. */
export interface Compiled {
  readonly program: string;
  remove(): Promise<void>;
}

/**
 * Compiles one into a folder of its own, within the package so that it finds the package by its name.
 *
 * @param source Its path in the repository, without the extension.
 * @throws Error with what the compiler says when it does not compile.
 * @example
 * const { program, remove } = await compileProgram('examples/soak-redis/client/main');
 */
export async function compileProgram(source: string): Promise<Compiled> {
  await mkdir(join(ROOT, '.build'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.build', `${basename(dirname(source))}-`));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const compilerOptions = { rootDir: ROOT, outDir: folder };
    const project = { extends: join(ROOT, 'tsconfig.examples.json'), include: [], files: [join(ROOT, `${source}.ts`)] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...project, compilerOptions }));
    const typescript = dirname(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json'));
    await run(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', folder], { cwd: ROOT });
    return { program: join(folder, `${source}.js`), remove };
  } catch (error) {
    await remove();
    throw new Error(`${source} does not compile:\n${(error as { stdout?: string }).stdout ?? error}`);
  }
}
