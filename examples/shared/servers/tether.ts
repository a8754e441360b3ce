/**
 * What ends a server that was started for us when we are gone, however that came: an exit, a signal, `kill -9`. No listener
 * could promise that, so a shell waits for the end of a pipe, which the system closes with the last process that has it.
 *
 * Invariants: no process is ended but the one that was named last; and whoever waits for nothing but the shell is not kept alive
 * by it.
 */
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** What ties a server's process and its folder to those who use it. */
export interface Tether {
  /** Whoever has it open is one of them: put it into the `stdio` of a child process that outlives this one. */
  readonly line: Writable;
  /** From now on this is the process to be ended; `undefined` for none. */
  ties(pid: number | undefined): void;
  /** From now on nothing is done when all are gone. */
  cut(): void;
}

/** The process ids come on the lines of the pipe. */
const WATCH = 'while read -r pid; do last=$pid; done; [ -z "$last" ] || kill -9 "$last"; rm -rf "$1"';

/**
 * Ties `folder`, and the process that is named with `ties()`, to this process and to those that are given the line.
 *
 * @example
 * const tether = tie(folder);
 * tether.ties(spawn('redis-server', ['--dir', folder]).pid);
 */
export function tie(folder: string): Tether {
  // In a session of its own, since what a terminal sends to all (Ctrl+C) would end it first.
  const shell = spawn('/bin/sh', ['-c', WATCH, 'tether', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const line = shell.stdin as Writable & { unref(): void };
  // Without a shell nothing is tied; the server is stopped all the same by whoever started it.
  for (const each of [shell, line]) each.on('error', () => {});
  shell.unref();
  line.unref();
  return {
    line,
    ties: (pid) => void line.write(`${pid ?? ''}\n`),
    cut() {
      shell.kill('SIGKILL');
      line.destroy();
    },
  };
}
