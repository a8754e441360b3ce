/**
 * The program that plays the clients of the fault tests: it runs in processes of its own, on the built package.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Compiled, compileProgram, ROOT } from './compiled-program.js';

/**
 * Compiles it.
 *
 * @throws Error when the package was not built, or the program does not compile.
 */
export async function compileFaultClient(): Promise<Compiled> {
  const built = 'dist/esm/src/drivers/redis/index.js';
  if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing: run \`npm run build\` first.`);
  return compileProgram('examples/soak-redis/client/main');
}
