/**
 * The public surface changes on purpose only: the reports in etc/ are what the built package declares, so that a change of it
 * stands in a diff.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/packed-package.js';
import { outputOf } from './support/run-program.js';

const MEND =
  'The public declarations are not those in etc/. If that is meant, run `npm run api` and commit what it writes.';

/** The reports in a folder by the names of their files. */
function reportsIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

let built: Record<string, string>;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'lockmeter-api-'));
  try {
    outputOf(ROOT, process.execPath, ['scripts/api-report.mjs', folder]);
    built = reportsIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test('the reports in etc/ are those of the built package', () => {
  expect({ reports: reportsIn(join(ROOT, 'etc')), mend: MEND }).toEqual({ reports: built, mend: MEND });
});

test('there is one for each entry point, and it says what the entry exports', () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: object };
  const names = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
  const files = names.map((entry) => `${entry.replace('./', 'lockmeter-').replace('.', 'lockmeter')}.api.md`);
  expect(Object.keys(built).sort()).toEqual([...files, 'not-exported.txt'].sort());
  expect(built['lockmeter-express.api.md']).toMatch(/^export function lockRoute</m);
  expect(built['lockmeter.api.md']).toMatch(/^export class Lock /m);
});

test('every exported name has a doc comment', () => {
  const undocumented = Object.values(built).flatMap((text) =>
    Array.from(text.matchAll(/\(undocumented\)\nexport (.*)/g), ([, declaration]) => declaration),
  );
  expect(undocumented).toEqual([]);
});
