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

/** `async-mutex 0.5.0, …`: read from the files, since not every package exports its package.json. */
export function versions(): string {
  return `${packages.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`;
}

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
