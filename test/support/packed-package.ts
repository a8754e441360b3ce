/**
 * The package as it would be published: the tarball that `npm pack` makes of the built tree.
 *
 * Invariant: what is installed anywhere in the tests came out of it. A file that `files` in package.json forgets is missing
 * there as it would be missing for a user.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputOf } from './run-program.js';

/** The folder of this repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packed once for each file of tests. */
let tarball: Buffer | undefined;

/**
 * Puts the tarball into `folder`, and returns its path.
 *
 * @throws Error when the package was not built.
 * @example
 * execFileSync('npm', ['install', writeTarball(folder)], { cwd: folder });
 */
export function writeTarball(folder: string): string {
  tarball ??= pack();
  const file = join(folder, 'lockmeter.tgz');
  writeFileSync(file, tarball);
  return file;
}

/**
 * Unpacks it where Node looks for it from `folder`.
 *
 * @throws Error when the package was not built.
 * @example
 * unpackInto(consumer); // consumer/node_modules/lockmeter
 */
export function unpackInto(folder: string): void {
  const place = join(folder, 'node_modules/lockmeter');
  mkdirSync(place, { recursive: true });
  outputOf(folder, 'tar', ['-xzf', writeTarball(folder), '-C', place, '--strip-components=1']);
}

function pack(): Buffer {
  for (const built of ['dist/esm/src/index.js', 'dist/cjs/src/index.js']) {
    if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing: run \`npm run build\` first.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'lockmeter-pack-'));
  try {
    // Without scripts: `prepack` would build, and take dist away from tests that run at the same time.
    const [packed] = JSON.parse(
      outputOf(ROOT, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]),
    ) as [{ filename: string }];
    return readFileSync(join(folder, packed.filename));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
