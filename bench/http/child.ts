/**
 * A server in a process of its own, on a processor of its own where the machine has two and `taskset` is there: then neither
 * the clients nor their garbage take time from it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));

/** A server that runs. */
export interface ServerProcess {
  readonly port: number;
  /** The processor time that it has used so far, in microseconds. */
  used(): Promise<number>;
  stop(): Promise<void>;
}

/** Moves this process, which is to be the clients, off the servers' processor. Whether that was possible. */
export function moveAside(): boolean {
  if (cpus().length < 2) return false;
  return spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '1', String(process.pid)]).status === 0;
}

/**
 * Starts the server of a contestant.
 *
 * @throws Error when it ends instead of telling its port.
 * @example
 * const server = await startServer('Express', moveAside());
 */
export async function startServer(contestant: string, pinned: boolean): Promise<ServerProcess> {
  const command = [process.execPath, ...profiling(contestant), SERVER, contestant];
  const [program, ...args] = pinned ? ['taskset', '--cpu-list', '0', ...command] : command;
  const child = spawn(program!, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const port = (await reply(child)) as number;
  return {
    port,
    async used() {
      child.send('used');
      const { user, system } = (await reply(child)) as NodeJS.CpuUsage;
      return user + system;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** With `BENCH_HTTP_PROFILES`, each server leaves a CPU profile in that folder. */
function profiling(contestant: string): string[] {
  const folder = process.env.BENCH_HTTP_PROFILES;
  if (folder === undefined) return [];
  const name = `${contestant.replace(/\W+/g, '-')}-${Date.now()}.cpuprofile`;
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`];
}

function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`A server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}
