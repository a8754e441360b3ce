/**
 * A real Redis for as long as a test needs it: on a free port, in a folder of its own, ended by its process id.
 *
 * Invariant: it is gone, and its folder with it, after `stop()`, after a start that failed, and when this process exits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../grafana/live/free-port.js';
import { debianTool } from './debian-tool.js';

/** One that takes connections. */
export interface RedisServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** How often it is tried again when somebody took its port. */
const TRIES = 3;

/**
 * Starts one; where Redis is missing it is installed first, which may take a minute.
 *
 * @throws Error with what it said last when it does not start.
 */
export async function startRedis(): Promise<RedisServer> {
  const program = await debianTool('redis-server', 'redis-server');
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(program);
    } catch (error) {
      if (attempt === TRIES || !String(error).includes('Address already in use')) throw error;
    }
  }
}

async function start(program: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockmeter-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const atExit = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  const stop = async (): Promise<void> => {
    await end(child);
    process.off('exit', atExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(child);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`Redis ended with ${code}: ${said.slice(-1_000)}`)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Ready to accept connections')) resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  await ended;
}
