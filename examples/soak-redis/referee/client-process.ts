/**
 * A client of the lock in a process of its own, as its tormentor sees it.
 *
 * Invariant: everything that is done to it stands in the log before it is felt, and until it can be felt no more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../at-exit.js';
import type { Entry } from '../log/entry.js';
import { machineNow } from '../log/machine-clock.js';
import type { AttemptCommand, ClientSettings, Command } from './commands.js';
import type { Referee } from './referee.js';

/** How long a client that was disturbed may need to find its way back, in milliseconds: reconnecting, asking again. */
export const RECOVERY = 2_000;

/** See above. */
export class ClientProcess {
  private killed = false;
  private ended = false;
  private stderr = '';
  private readonly exit: Promise<void>;
  private readonly forget: () => void;

  private constructor(
    private readonly child: ChildProcess,
    private readonly referee: Referee,
    readonly name: string,
  ) {
    this.forget = atExit(() => child.kill('SIGKILL'));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exit = once(child, 'close').then(([code]) => this.over(code as number | null));
  }

  /**
   * Starts one.
   *
   * @param program The compiled client.
   * @throws Error when it does not come to the referee.
   */
  static async start(
    program: string,
    referee: Referee,
    settings: Omit<ClientSettings, 'referee'>,
  ): Promise<ClientProcess> {
    const { NODE_OPTIONS: _ours, ...env } = process.env;
    const told: ClientSettings = { ...settings, referee: referee.port };
    const args = ['--enable-source-maps', program, JSON.stringify(told)];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'pipe'] });
    const client = new ClientProcess(child, referee, settings.process);
    await referee.when(
      (entry) => (entry.type === 'hello' || entry.type === 'ended') && entry.process === settings.process,
      `${settings.process} to start`,
    );
    if (client.ended) throw new Error(`${settings.process} did not start: ${client.stderr}`);
    return client;
  }

  /** Whether its process runs, or at least stands still. */
  get alive(): boolean {
    return !this.ended;
  }

  tell(command: Command): void {
    this.referee.tell(this.name, command);
  }

  /** Begins an attempt. */
  attempt(attempt: string, lock: string, more: Partial<AttemptCommand> = {}): void {
    this.tell({ do: 'attempt', attempt, lock, ...more });
  }

  leave(attempt: string): void {
    this.tell({ do: 'leave', attempt });
  }

  /** `kill -9`. Returns when that was. */
  async kill(): Promise<number> {
    this.killed = true;
    const at = machineNow();
    this.child.kill('SIGKILL');
    this.referee.note({ type: 'killed', at, process: this.name });
    await this.exit;
    return at;
  }

  /** Stands still, and goes on (SIGSTOP, SIGCONT) after so many milliseconds, or when something else is over. */
  async pause(over: number | Promise<unknown>): Promise<void> {
    const start = machineNow();
    this.disturb('paused', 0);
    this.child.kill('SIGSTOP');
    await (typeof over === 'number' ? sleep(over) : over);
    this.child.kill('SIGCONT');
    this.disturb('paused', 0, start);
  }

  /** Blocks its event loop for so many milliseconds. */
  stall(time: number): void {
    this.disturb('stalled', time);
    this.tell({ do: 'stall', time });
  }

  /** Notes that it is disturbed for so many milliseconds more: from now on, or since an earlier time. */
  disturb(what: string, time: number, at = machineNow()): void {
    this.referee.note({ type: 'disturbed', at, until: machineNow() + time + RECOVERY, process: this.name, what });
  }

  /** Lets it close its driver and end by itself. */
  async close(limit = 20_000): Promise<void> {
    if (this.ended) return;
    this.tell({ do: 'close' });
    const test = (entry: Entry): boolean => entry.type === 'ended' && entry.process === this.name;
    await this.referee.when(test, `${this.name} to end`, limit);
  }

  /** Ends it, whatever it does. */
  async stop(): Promise<void> {
    if (!this.ended) await this.kill();
  }

  private over(code: number | null): void {
    this.ended = true;
    this.forget();
    if (this.killed) return;
    this.referee.note({ type: 'ended', at: machineNow(), process: this.name, code, text: this.stderr.trim() });
  }
}
