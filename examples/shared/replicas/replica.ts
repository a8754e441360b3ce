/**
 * One replica as the process sees it that started it: opened, opened again when it dies, closed.
 *
 * Invariants: a replica keeps its number and its port for ever; what it has counted stays counted when its process ends.
 */
import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Snapshot } from 'lockmeter';
import { UsageError } from '../options.js';
import type { SpanRecord } from '../span-record.js';
import { CLOSE, ORDER, type ReplicaMessage, type ReplicaOrder, type ReplicaState } from './messages.js';
import { LEASE } from './shared-locks.js';

/** From the end of a process to the start of the next one, in milliseconds. */
const RESTART_AFTER = 1_000;
/** A process that reports several times a second, and has not for so many milliseconds, stands still. */
const SILENT_AFTER = 2_000;
/** What is still there then is killed. Longer than a replica gives itself, in milliseconds. */
const LONGEST_END = 18_000;

/** What becomes of the locks of a replica that was killed. */
const WHAT_NOW = `the others go on, and what it held passes on in ${LEASE / 1e3} s at most`;

/** Who is told what a replica has to say. */
export interface ReplicaListener {
  news(line: string): void;
  spans(spans: SpanRecord[], replica: number): void;
  /** Its process has ended, with this last state of its locks. */
  ended(last: Snapshot | undefined): void;
}

export class Replica {
  readonly number: number;
  port: number;
  /** What it said last; `undefined` when it is not open. */
  state: ReplicaState | undefined;
  private child: ChildProcess | undefined;
  private gone: Promise<unknown> = Promise.resolve();
  private restart: NodeJS.Timeout | undefined;
  private closing = false;
  /** When it said something last. */
  private heard = 0;

  /**
   * @param program The compiled shop.
   * @param lifeline What keeps a server that it needs, until it has ended.
   */
  constructor(
    private readonly program: string,
    private readonly order: ReplicaOrder,
    private readonly listener: ReplicaListener,
    private readonly lifeline?: Writable,
  ) {
    this.number = order.number;
    this.port = order.port;
  }

  /** Whether it is known to take customers. */
  get open(): boolean {
    return this.state !== undefined && !this.silent;
  }

  /** How it stands with its locks; `silent`, `starting` and `closed` when it does not say. */
  get health(): string {
    if (this.state === undefined) return this.closing ? 'closed' : 'starting';
    return this.silent ? 'silent' : this.state.engine;
  }

  /** Of its process, while it has one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Resolves when it takes customers.
   *
   * @throws UsageError that says why it does not.
   */
  start(): Promise<void> {
    const env = { ...process.env, [ORDER]: JSON.stringify({ ...this.order, port: this.port }) };
    const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'ipc'];
    const child = fork(this.program, { env, stdio: this.lifeline === undefined ? stdio : [...stdio, this.lifeline] });
    this.child = child;
    const end = endOf(child);
    const opened = new Promise<boolean>((resolve, reject) => {
      child.on('message', (message: ReplicaMessage) => {
        if (message.type === 'open') {
          this.port = message.port;
          resolve(true);
        } else if (message.type === 'failed') reject(new UsageError(message.message));
        else if (message.type === 'news') this.listener.news(message.line);
        else this.report(message);
      });
      child.on('error', reject);
      void end.then((how) => reject(new UsageError(`Replica ${this.number} has ended (${how}) before it was open.`)));
    });
    const wasOpened = opened.catch(() => false);
    this.gone = end.then(async (how) => this.ended(child.pid, how, await wasOpened));
    return opened.then(() => undefined);
  }

  /** Lets it serve those who are in, and waits until its process has ended. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.restart);
    const { child } = this;
    if (child?.pid === undefined) return;
    if (child.connected) child.send(CLOSE, () => {});
    const force = setTimeout(() => child.kill('SIGKILL'), LONGEST_END);
    await this.gone;
    clearTimeout(force);
  }

  private get silent(): boolean {
    return performance.now() - this.heard > SILENT_AFTER;
  }

  private report({ state, spans }: Extract<ReplicaMessage, { type: 'report' }>): void {
    this.state = state;
    this.heard = performance.now();
    this.listener.spans(spans, this.number);
  }

  private ended(pid: number | undefined, how: string, wasOpened: boolean): void {
    this.listener.ended(this.state?.snapshot);
    this.state = undefined;
    this.child = undefined;
    if (this.closing || (!wasOpened && this.restart === undefined)) return;
    this.listener.news(`Replica ${this.number} (pid ${pid}) has ended (${how}): ${WHAT_NOW}.`);
    this.restart = setTimeout(() => {
      this.start().then(
        () => this.listener.news(`Replica ${this.number} is back (pid ${this.pid}).`),
        (error: Error) => this.listener.news(`Replica ${this.number} is not back: ${error.message}`),
      );
    }, RESTART_AFTER);
  }
}

/** Its signal or exit code. What it said last comes before the end of the channel, and may come after that of the process. */
async function endOf(child: ChildProcess): Promise<string> {
  const exit = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))));
  const silence = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const how = await exit;
  await silence;
  return how;
}
