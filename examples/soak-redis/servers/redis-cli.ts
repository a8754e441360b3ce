/**
 * Commands to a server from outside, as an administrator gives them: with `redis-cli`, so that no client library of
 * ours is in the way of what is tested.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What the server on `port` answers to one command.
 *
 * @throws Error with the server's answer when that is an error.
 * @example
 * await redisCli(6379, 'FLUSHALL'); // 'OK'
 */
export async function redisCli(port: number, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-e', '-h', '127.0.0.1', '-p', String(port), ...command]);
  return stdout.trimEnd();
}

/** All keys of the server, in order. */
export async function keysOf(port: number): Promise<string[]> {
  const text = await redisCli(port, '--scan');
  return text === '' ? [] : text.split('\n').sort();
}
