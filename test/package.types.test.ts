/**
 * The types that the package ships hold for those who install it: a file that uses every entry compiles strictly, without
 * `skipLibCheck`, on three major versions of TypeScript, however these find modules, with the types of Express 4 and 5 and
 * of NestJS 11 and 12.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstalledApp, installApp } from './support/installed-app.js';
import { type Installation, installBeside } from './support/installed-beside.js';
import { nest } from './support/nest.js';

const SOURCES = 'test/consumers/compilers';
const COMMON = {
  '@opentelemetry/api': '@opentelemetry/api',
  'prom-client': 'prom-client',
  express: 'express',
  typescript: 'typescript',
};

let older: InstalledApp;
let newest: Installation;

beforeAll(() => {
  older = installApp(SOURCES);
  older.link({ ...COMMON, ...nest(11) });
  newest = installBeside({ ...COMMON, ...nest(12), '@types': '@types' });
  newest.copy(SOURCES);
});

afterAll(() => {
  older?.remove();
  newest?.remove();
});

const NODE_16 = '--module node16 --moduleResolution node16';
const NODE_NEXT = '--module nodenext --moduleResolution nodenext';
const BUNDLER = '--module preserve --moduleResolution bundler';
const NODE_10 = '--module commonjs --moduleResolution node10';
const BOTH = 'esm.mts cjs.cts';

// Node 16 has no require() of an ES module, which NestJS 12 is: in its mode a CommonJS module can only have NestJS 11.
test.each([
  ['7', 'node16', 'older', `${NODE_16} ${BOTH}`],
  ['7', 'node16, ES module', 'newest', `${NODE_16} esm.mts`],
  ['7', 'nodenext', 'newest', `${NODE_NEXT} ${BOTH}`],
  ['7', 'bundler', 'newest', `${BUNDLER} ${BOTH}`],
  ['6', 'bundler', 'newest', `${BUNDLER} ${BOTH}`],
  ['5', 'node16', 'older', `${NODE_16} ${BOTH}`],
  ['5', 'node (node10)', 'older', `${NODE_10} cjs.cts`],
])('TypeScript %s, %s, %s frameworks', (major, _mode, frameworks, options) => {
  const { program } = frameworks === 'older' ? older : newest;
  const compiler = compilerOf(major);
  const strict = '--strict --noEmit --skipLibCheck false --target es2022 --experimentalDecorators --types node';
  expect(program(process.execPath, compiler, '--version').stdout).toMatch(new RegExp(`^Version ${major}\\.`));
  const ended = program(process.execPath, compiler, ...`${strict} ${options}`.split(' '));
  expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('a file that uses an entry wrongly does not compile', () => {
  newest.write('wrong.mts', "import { locks } from 'lockmeter';\nlocks.lock('inventory', {});\n");
  const { status, stdout } = newest.tsc(
    '--strict',
    '--noEmit',
    '--types',
    'node',
    ...NODE_NEXT.split(' '),
    'wrong.mts',
  );
  expect(status).not.toBe(0);
  expect(stdout).toMatch(/^wrong\.mts\(2,25\): error TS2345/);
});

test('the types do not depend on type parameters that @types/node changed between its versions', () => {
  for (const file of ['src/index', 'src/telemetry/channels/channels']) {
    const types = readFileSync(join(newest.folder, `node_modules/lockmeter/dist/esm/${file}.d.ts`), 'utf8');
    expect(types).not.toMatch(/TracingChannel</);
  }
});

function compilerOf(major: string): string {
  const place = major === '7' ? newest : older;
  const compiler = place.find(`node_modules/typescript${major === '7' ? '' : `-${major}`}/bin/tsc`);
  if (compiler === undefined) throw new Error(`TypeScript ${major} is not there`);
  return compiler;
}
