/**
 * What is published: everything that `exports` promises and the README links to as the user's own, nothing that is only of
 * use in the repository, and an installation that brings one package beside ours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, type Installation } from './support/installed-beside.js';
import { unpackInto, writeTarball } from './support/packed-package.js';

let place: Installation;
beforeEach(() => {
  place = emptyFolder();
});
afterEach(() => place.remove());

/** The files of the unpacked tarball, from its root. */
function packedFiles(): string[] {
  unpackInto(place.folder);
  return readdirSync(join(place.folder, 'node_modules/lockmeter'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).split('node_modules/lockmeter/')[1]!)
    .sort();
}

function targetsOf(exported: unknown): string[] {
  if (typeof exported === 'string') return [exported.replace('./', '')];
  return Object.values(exported as object).flatMap(targetsOf);
}

test('every file that package.json points at is in the tarball', () => {
  const files = packedFiles();
  const manifest = JSON.parse(readFileSync(join(place.folder, 'node_modules/lockmeter/package.json'), 'utf8'));
  const targets = [
    manifest.main,
    manifest.module,
    manifest.types,
    manifest.exports,
    manifest.typesVersions,
    manifest.sideEffects,
  ]
    .flatMap(targetsOf)
    .filter((target) => !target.includes('*'));
  expect(targets.length).toBeGreaterThan(20);
  expect(targets.filter((target) => !files.includes(target))).toEqual([]);
});

test('a bundler that drops modules without side effects keeps those that are imported for what they do', () => {
  const files = packedFiles().filter((file) => /^dist\/esm\/.*\.js$/.test(file));
  const root = join(place.folder, 'node_modules/lockmeter');
  const { sideEffects } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { sideEffects: string[] };
  const forEffect = files.flatMap((file) =>
    Array.from(readFileSync(join(root, file), 'utf8').matchAll(/^import '(\.[^']+)'/gm), ([, imported]) =>
      join(file, '..', imported!),
    ),
  );
  expect(forEffect).toContain('dist/esm/src/keep-warm.js');
  const kept = sideEffects.map((pattern) => pattern.replace('./', '').replace('*', 'esm'));
  expect(forEffect.filter((file) => !kept.includes(file))).toEqual([]);
});

test('each copy has the same modules, and each module its types', () => {
  const files = packedFiles();
  const modulesOf = (copy: string): string[] =>
    files
      .filter((file) => file.startsWith(`dist/${copy}/`) && /\.c?js$/.test(file))
      .map((file) => file.replace(/^dist\/\w+/, ''));
  expect(modulesOf('esm').length).toBeGreaterThan(50);
  expect(modulesOf('cjs')).toEqual(modulesOf('esm'));
  const untyped = files.filter((file) => /\.c?js$/.test(file) && !files.includes(file.replace(/\.(c?)js$/, '.d.$1ts')));
  expect(untyped).toEqual([]);
});

test('nothing else is in it but docs, dashboards, rules and the licence', () => {
  const other = packedFiles().filter((file) => !/^dist\/(esm|cjs)\/.*(\.c?js|\.d\.c?ts)$/.test(file));
  const known = [
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
    /^dist\/cjs\/package\.json$/,
    /^(docs|grafana|bench)\/([\w-]+\/)*[\w.-]+\.(md|svg|png|json|ya?ml|libsonnet)$/,
  ];
  expect(other).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/cjs/package.json', 'docs/semantics.md']));
  expect(other.filter((file) => !known.some((pattern) => pattern.test(file)))).toEqual([]);
  expect(other.filter((file) => /test|spec|fixture/.test(file))).toEqual([]);
});

test('npm installs it with the one package that it needs', () => {
  place.write('package.json', JSON.stringify({ name: 'shop', private: true }));
  const tarball = writeTarball(place.folder);
  const ended = place.program(
    'npm',
    'install',
    tarball,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--fetch-retries=5',
  );
  expect({ status: ended.status, complaints: ended.stderr.match(/^npm (?:error|warn (?!Unknown)).*$/gm) }).toEqual({
    status: 0,
    complaints: null,
  });
  const installed = readdirSync(join(place.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed.sort()).toEqual(['@opentelemetry', 'lockmeter']);
  expect(readdirSync(join(place.folder, 'node_modules/@opentelemetry'))).toEqual(['api']);
  const used = place.run(
    "import { locks } from 'lockmeter'; await locks.run('a', () => console.log('held'));",
    'module',
  );
  expect(used).toEqual({ status: 0, stdout: 'held\n', stderr: '' });
});
