/**
 * A Redis of one's own for as long as a program runs: on a free port of 127.0.0.1, in a folder of its own, without a file
 * on disk, ended by its process id. It is in a session of its own: Ctrl+C is for the program, which still needs it to close.
 *
 * Invariant: it is gone, and its folder with it, after `stop()`, after a start that failed, and when this process exits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../grafana/live/free-port.js';
import { UsageError } from './options.js';

/** One that takes connections. */
export interface PrivateRedis {
  readonly port: number;
  /** `redis://127.0.0.1:6379`, with its port. */
  readonly url: string;
  readonly pid: number;
  /** Where it would keep its data. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** How often it is tried again when somebody took its port. */
const TRIES = 3;

/**
 * Starts one.
 *
 * @param program Its name on PATH, or its path.
 * @throws UsageError when there is none; Error with what it said last when it does not start.
 * @example
 * const redis = await startPrivateRedis();
 */
export async function startPrivateRedis(program = 'redis-server'): Promise<PrivateRedis> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(program);
    } catch (error) {
      if (attempt === TRIES || !String(error).includes('Address already in use')) throw error;
    }
  }
}

async function start(program: string): Promise<PrivateRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'lockmeter-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn(program, options, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const cleanUp = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', cleanUp);
  const stop = async (): Promise<void> => {
    await end(child);
    process.off('exit', cleanUp);
    cleanUp();
  };
  try {
    await ready(program, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, url: `redis://127.0.0.1:${port}`, pid: child.pid!, folder, stop };
}

function ready(program: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? missing(program, error) : error),
    );
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}: ${said.slice(-1_000)}`)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes('Ready to accept connections')) resolve();
    });
  });
}

function missing(program: string, cause: Error): Error {
  const advice = 'install it, on Debian with "apt-get install redis-server", or name one with its URL';
  return new UsageError(`There is no ${program} on PATH: ${advice}.`, { cause });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
}
