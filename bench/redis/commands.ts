/**
 * Counts the commands that clients send, by listening to MONITOR. What a script calls is not counted, for it makes no trip;
 * INFO commandstats would count it.
 *
 * MONITOR makes the server slower, hence nothing is timed while a counter is open.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ServerSide, serverSide } from './server-side.js';

/** How often each command was sent. */
export type Counts = Readonly<Record<string, number>>;

/** Counts from `open()` on. */
export class CommandCounter {
  #counts: Record<string, number> = {};
  #unread = '';
  #marks = 0;
  #markSeen: ((mark: string) => void) | undefined;

  private constructor(
    private readonly monitor: Socket,
    private readonly server: ServerSide,
  ) {
    monitor.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  static async open(port: number): Promise<CommandCounter> {
    const monitor = connect(port, '127.0.0.1');
    await once(monitor, 'connect');
    const counter = new CommandCounter(monitor, await serverSide(port));
    monitor.write('MONITOR\r\n');
    await once(monitor, 'data');
    await counter.take();
    return counter;
  }

  /** What was sent since the last time, all that the server has seen before this call included. */
  async take(): Promise<Counts> {
    const mark = `counted-${++this.#marks}`;
    const seen = new Promise<void>((resolve) => {
      this.#markSeen = (text) => {
        if (text === mark) resolve();
      };
    });
    await this.server.echo(mark);
    await seen;
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }

  async close(): Promise<void> {
    this.monitor.destroy();
    await this.server.close();
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\r\n');
    this.#unread = lines.pop()!;
    for (const line of lines) this.#readLine(line);
  }

  /** `+1700000000.123456 [0 127.0.0.1:50000] "SET" "name" …`, or `[0 lua]` for what a script called. */
  #readLine(line: string): void {
    const [, sender, command, argument] = /^\+[\d.]+ \[\d+ (\S+)\] "([^"]*)"(?: "([^"]*)")?/.exec(line) ?? [];
    if (command === undefined || sender === 'lua') return;
    const name = command.toUpperCase();
    if (name === 'ECHO') this.#markSeen?.(argument!);
    else this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }
}

/** All commands together. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `101 EVALSHA, 2 GET`. */
export function spell(counts: Counts): string {
  const spelled = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return spelled.length === 0 ? 'none' : spelled.join(', ');
}
