/**
 * The program that plays the clients of the fault tests, compiled as users compile theirs: it runs in processes of its
 * own, on the built package.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = 'examples/soak-redis/client/main';
const run = promisify(execFile);

/** A compiled program. */
export interface Compiled {
  readonly program: string;
  remove(): Promise<void>;
}

/**
 * Compiles it into a folder of its own, within the package so that it finds the package by its name.
 *
 * @throws Error when the package was not built, or the program does not compile.
 */
export async function compileFaultClient(): Promise<Compiled> {
  const built = 'dist/esm/src/drivers/redis/index.js';
  if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing: run \`npm run build\` first.`);
  await mkdir(join(ROOT, '.build'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.build', 'fault-client-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const compilerOptions = { rootDir: ROOT, outDir: folder };
    const project = { extends: join(ROOT, 'tsconfig.examples.json'), include: [], files: [join(ROOT, `${CLIENT}.ts`)] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...project, compilerOptions }));
    const typescript = dirname(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json'));
    await run(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', folder], { cwd: ROOT });
    return { program: join(folder, `${CLIENT}.js`), remove };
  } catch (error) {
    await remove();
    throw new Error(`The client does not compile:\n${(error as { stdout?: string }).stdout ?? error}`);
  }
}
