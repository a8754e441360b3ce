/** Which versions were compared, as they are installed. */
import { readFileSync } from 'node:fs';

const packages = [
  'async-mutex',
  'async-lock',
  'p-mutex',
  'await-lock',
  'superlock',
  'async-sema',
  'p-limit',
  'prom-client',
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-base',
];

/** Those of the locks in one process. */
export function versions(): string {
  return versionsOf(packages);
}

/** `async-mutex 0.5.0, …`: read from the files, since not every package exports its package.json. */
export function versionsOf(names: readonly string[]): string {
  return `${names.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`;
}

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
