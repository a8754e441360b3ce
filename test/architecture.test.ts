/**
 * The shape of the sources: which way imports point, what the lock must never know, how long a file may be.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:([\w*{}\s,]+?)\s+from\s+)?'([^']+)'/g;

interface Import {
  /** A file of this repository from its root, or the name of a module. */
  readonly target: string;
  /** Whether it is there at run time. */
  readonly runtime: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.c?ts$/.test(file))
    .map((file) => join(folder, file))
    .sort();
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return Array.from(text.matchAll(IMPORT), ([, type, names, specifier]) => {
    const local = specifier!.startsWith('.');
    const target = local
      ? relative(ROOT, join(ROOT, dirname(file), specifier!)).replace(/\.(c?)js$/, '.$1ts')
      : specifier!;
    const inner = names?.match(/^\{([\s\S]*)\}$/)?.[1];
    const bindings = inner?.split(',').filter((name) => name.trim() !== '');
    const onlyTypes = type !== undefined || (bindings?.every((name) => name.trim().startsWith('type ')) ?? false);
    return { target, runtime: !onlyTypes };
  });
}

const sources = filesUnder('src');
const integrations = filesUnder('integrations');
const core = sources.filter((file) => !file.startsWith('src/telemetry/') && file !== 'src/index.ts');
const offenders = (files: string[], forbidden: (target: Import, file: string) => boolean): string[] =>
  files.flatMap((file) =>
    importsOf(file)
      .filter((each) => forbidden(each, file))
      .map(({ target }) => `${file} -> ${target}`),
  );

test('the reader of imports reads imports', () => {
  const targets = importsOf('src/lock-state.ts').map(({ target }) => target);
  expect(targets).toEqual(expect.arrayContaining(['src/clock.ts', 'src/wait-queue.ts', 'src/attempt-context.ts']));
  expect(importsOf('src/hold.ts')).toContainEqual({ target: 'src/lock-state.ts', runtime: false });
  expect(importsOf('src/key-hash.ts')).toContainEqual({ target: 'node:crypto', runtime: true });
});

test('the lock and what it is made of know no telemetry and no module of the platform', () => {
  const made = core.filter((file) =>
    /^src\/(lock[\w-]*|wait-queue|hold|stats[\w-]*|histogram|abort-group|attempt-context|observer|errors|options|clock)\.ts$/.test(
      file,
    ),
  );
  expect(made).toEqual(
    expect.arrayContaining(['src/lock.ts', 'src/lock-state.ts', 'src/wait-queue.ts', 'src/hold.ts']),
  );
  expect(offenders(made, ({ target }) => !target.startsWith('src/') || target.startsWith('src/telemetry/'))).toEqual(
    [],
  );
});

test('nothing that lock.ts needs at run time, however far away, is telemetry or a module of the platform', () => {
  const seen = new Set<string>(['src/lock.ts']);
  for (const file of seen) {
    for (const { target, runtime } of importsOf(file)) if (runtime) seen.add(target);
  }
  expect(Array.from(seen).filter((file) => !file.startsWith('src/') || file.startsWith('src/telemetry/'))).toEqual([]);
  expect(seen).not.toContain('src/lock-manager.ts');
});

test('files that run do not import one another in a circle', () => {
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (!sources.includes(file)) return;
    for (const { target, runtime } of importsOf(file)) if (runtime) visit(target, [...path, file]);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('telemetry reads numbers and follows attempts; it does not know the lock', () => {
  const telemetry = sources.filter((file) => file.startsWith('src/telemetry/'));
  const lock = /^src\/(lock|lock-state|lock-family|lock-home|wait-queue|hold|abort-group|attempt-context)\.ts$/;
  expect(offenders(telemetry, ({ target, runtime }) => runtime && lock.test(target))).toEqual([]);
});

test('integrations know the package by its front doors', () => {
  const doors =
    /^(src\/index|src\/options|src\/deadlock\/nesting|src\/telemetry\/(prometheus|opentelemetry|names))\.ts$/;
  const foreign = ({ target }: Import): boolean => target.startsWith('src/') && !doors.test(target);
  expect(offenders(integrations, foreign)).toEqual([]);
});

test('the package imports no integration', () => {
  expect(offenders(sources, ({ target }) => target.startsWith('integrations/'))).toEqual([]);
});

test('one integration does not import the other', () => {
  const other = ({ target }: Import, file: string): boolean =>
    (file.startsWith('integrations/express/') && target.startsWith('integrations/nestjs/')) ||
    (file.startsWith('integrations/nestjs/') && target.startsWith('integrations/express/'));
  expect(offenders(integrations, other)).toEqual([]);
});

test('there are no default exports', () => {
  const found = [...sources, ...integrations].filter((file) =>
    /\bexport default\b/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(found).toEqual([]);
});

test('every file begins by saying why it exists, and none is long', () => {
  for (const file of [...sources, ...integrations]) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect([file, text.startsWith('/**')]).toEqual([file, true]);
    expect([file, text.split('\n').length <= 260]).toEqual([file, true]);
  }
  const lengths = [...sources, ...integrations]
    .map((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length)
    .sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(90);
});
