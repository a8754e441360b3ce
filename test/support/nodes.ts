/**
 * The versions of Node.js to run something on: the one we are in, or those in the environment variable `LOCKMETER_NODES`,
 * which the npm package `node` then brings.
 */
import { tmpdir } from 'node:os';
import { outputOf } from './run-program.js';

/** A Node.js that can be started. */
export interface Node {
  readonly version: string;
  /** The path of its program. */
  readonly program: string;
}

/**
 * @throws Error when npm cannot bring one of them.
 * @example
 * // LOCKMETER_NODES="20.19.0 24"
 * nodesToTest(); // [{ version: '20.19.0', program: '…/bin/node' }, { version: '24.21.0', program: '…/bin/node' }]
 */
export function nodesToTest(wanted = process.env.LOCKMETER_NODES ?? ''): Node[] {
  const versions = wanted.split(/[\s,]+/).filter((version) => version !== '');
  if (versions.length === 0) return [{ version: process.versions.node, program: process.execPath }];
  return versions.map(fromNpm);
}

function fromNpm(wanted: string): Node {
  const print = 'JSON.stringify({ version: process.versions.node, program: process.execPath })';
  const command = ['exec', '--yes', '--prefer-offline', '--package', `node@${wanted}`, '--', 'node', '-p', print];
  const node = JSON.parse(outputOf(tmpdir(), 'npm', command)) as Node;
  if (`${node.version}.`.startsWith(`${wanted}.`)) return node;
  throw new Error(`node@${wanted} should be Node.js ${wanted}, and is ${node.version}`);
}
