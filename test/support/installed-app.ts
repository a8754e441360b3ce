/**
 * An application in a folder of its own: its dependencies from its lock file, and the packed package with the OpenTelemetry
 * API that it was built with beside it.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, type Installation } from './installed-beside.js';
import { ROOT, unpackInto } from './packed-package.js';
import { outputOf } from './run-program.js';

/** The folder of an application, with all that it needs. */
export interface InstalledApp extends Omit<Installation, 'run'> {
  /** Runs one of its files with `node`; what it printed. */
  run(node: string, file: string): string;
}

/**
 * Installs the application in `source`, a folder of this repository.
 *
 * @throws Error when the package was not built, or npm fails.
 * @example
 * const app = installApp('test/consumers/opentelemetry-3');
 */
export function installApp(source: string): InstalledApp {
  const place = emptyFolder();
  try {
    place.copy(source);
    outputOf(place.folder, 'npm', [
      'ci',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--fetch-retries=5',
    ]);
    unpackInto(place.folder);
    const api = 'node_modules/@opentelemetry/api';
    cpSync(join(ROOT, api), join(place.folder, 'node_modules/lockmeter', api), { recursive: true });
  } catch (error) {
    place.remove();
    throw error;
  }
  return { ...place, run: (node, file) => outputOf(place.folder, node, [file]) };
}
