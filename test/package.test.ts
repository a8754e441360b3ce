/**
 * The types that the package ships hold for those who install it: every entry compiles in an ES module and in CommonJS,
 * strictly, and without `skipLibCheck`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('the types do not depend on type parameters that @types/node changed between its versions', () => {
  const reachable = ['src/index', 'src/telemetry/channels/channels'];
  for (const file of reachable) {
    expect(readFileSync(`${ROOT}dist/esm/${file}.d.ts`, 'utf8')).not.toMatch(/TracingChannel</);
  }
});

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
