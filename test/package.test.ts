/**
 * The types that the package ships hold for those who install it: every entry compiles in an ES module and in CommonJS,
 * strictly, and without `skipLibCheck`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('an ES module and a CommonJS module compile against every entry', () => {
  for (const copy of ['esm', 'cjs']) {
    if (!existsSync(`${ROOT}dist/${copy}/src/index.d.ts`))
      throw new Error('dist is missing: run `npm run build` first.');
  }
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsc', ['-p', 'test/consumers/tsconfig.json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
}, 60_000);
