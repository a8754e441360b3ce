/**
 * The page about NestJS against the code: its examples compile, its tables of options are complete, its messages are those
 * that are thrown.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LockModuleOptions, WithLock } from 'lockmeter/nestjs';
import { managerFor } from '../../integrations/nestjs/application-manager.js';
import { runProgram } from '../support/run-program.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/nestjs.md'), 'utf8');

/** The page's section of this heading. */
function section(heading: string): string {
  const start = page.indexOf(`\n## ${heading}`);
  if (start === -1) throw new Error(`no section ${heading}`);
  const end = page.indexOf('\n## ', start + 1);
  return page.slice(start, end === -1 ? undefined : end);
}

/** The first cells of the first table of a section, those that are code. */
function optionsIn(heading: string): string[] {
  return Array.from(section(heading).matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name!);
}

/** What `fn` throws. */
function messageOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

const decorate = WithLock as unknown as (name: string, options?: unknown) => (...target: unknown[]) => void;

/** The options that an error says are known. */
const known = (message: string): string[] => /known are (.*)$/.exec(message)![1]!.split(', ');

test('its examples compile', () => {
  const blocks = Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code!);
  expect(blocks.length).toBeGreaterThan(5);
  mkdirSync(join(ROOT, '.build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.build/nestjs-docs-'));
  try {
    const paths = JSON.parse(readFileSync(join(ROOT, 'tsconfig.check.json'), 'utf8')).compilerOptions.paths;
    const compilerOptions = {
      rootDir: ROOT,
      noUnusedLocals: false,
      skipLibCheck: true,
      paths: Object.fromEntries(Object.entries<string[]>(paths).map(([name, [file]]) => [name, [join(ROOT, file!)]])),
    };
    const config = { extends: join(ROOT, 'tsconfig.check.json'), compilerOptions, include: [folder] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [i, block] of blocks.entries()) writeFileSync(join(folder, `example-${i + 1}.ts`), block);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    expect(runProgram(ROOT, process.execPath, [tsc, '-p', folder])).toMatchObject({ stdout: '', status: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the tables have every option, and no other', () => {
  const ofMethod = messageOf(() => decorate('shop', { ttl: 1 })({}, 'sell', { value: () => 1 }));
  expect(optionsIn('`@WithLock(name, options)`')).toEqual(known(ofMethod));
  const ofModule = messageOf(() => managerFor({ ttl: 1 } as LockModuleOptions));
  expect(optionsIn('`LockModule.forRoot(options)`').sort()).toEqual([...known(ofModule), 'isGlobal'].sort());
});

test('the messages are those that are thrown', () => {
  class Shop {
    sell(): void {}
    get stock(): number {
      return 7;
    }
    *items(): Generator<number> {
      yield 7;
    }
  }
  const put = (member?: keyof Shop, options?: unknown, descriptor?: object) =>
    messageOf(() => decorate('shop', options)(member === undefined ? Shop : Shop.prototype, member, descriptor));
  const own = (member: keyof Shop) => Object.getOwnPropertyDescriptor(Shop.prototype, member);
  const thrown = [
    put('sell'),
    put('stock', {}, own('stock')),
    put('items', {}, own('items')),
    put(),
    put('sell', { keys: 1 }, own('sell')),
    put('sell', { timeout: -1 }, own('sell')),
  ];
  const told = Array.from(section('Mistakes').matchAll(/`(@WithLock\("shop"\) on [^`]+)`/g), ([, message]) => message);
  expect(told).toEqual(thrown);
  expect(section('Mistakes')).toContain(messageOf(() => managerFor({ timout: 5 } as unknown as LockModuleOptions)));
});
