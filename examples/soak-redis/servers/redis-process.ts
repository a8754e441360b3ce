/**
 * A Redis server of one's own: on a free port, in a folder of its own, ended by its process id, and treated badly on
 * demand.
 *
 * Invariant: it is gone, and its folder with it, after `stop()`, after a start that failed, and when this process
 * exits. Its port stays the same over restarts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../grafana/live/free-port.js';
import { atExit } from '../at-exit.js';

/** How a server is started. */
export interface RedisOptions {
  /** The program. Default: `redis-server`, from PATH. */
  readonly program?: string;
  readonly password?: string;
  /** The port of the primary that it follows. */
  readonly replicaOf?: number;
  /** More lines for its configuration. */
  readonly config?: readonly string[];
  /** Whether it is a Sentinel, which keeps no data. */
  readonly sentinel?: boolean;
}

/** How often it is tried again when somebody took its port. */
const TRIES = 3;
/** What a server says when it serves, and a Sentinel when it watches. */
const READY = /Ready to accept connections|Sentinel ID is/;

/** One that takes connections. */
export class RedisProcess {
  private child!: ChildProcess;
  private readonly forget: () => void;

  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly options: RedisOptions,
  ) {
    this.forget = atExit(() => {
      this.child?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /**
   * Starts one.
   *
   * @throws Error with what it said last when it does not start.
   */
  static async start(options: RedisOptions = {}): Promise<RedisProcess> {
    for (let attempt = 1; ; attempt++) {
      const folder = await mkdtemp(join(tmpdir(), 'lockmeter-redis-'));
      const server = new RedisProcess(await freePort(), folder, options);
      try {
        await writeFile(server.file, server.lines().join('\n'));
        await server.spawn();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === TRIES || !String(error).includes('Address already in use')) throw error;
      }
    }
  }

  /** How clients reach it. */
  get url(): string {
    const { password } = this.options;
    return `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Ends it at once (`kill -9`). */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again on the same port and folder, after it was killed. What it had not saved is lost. */
  async restart(): Promise<void> {
    await this.kill();
    await this.spawn();
  }

  /** Stands still; its connections stay open (SIGSTOP). */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  /** Goes on (SIGCONT). */
  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    this.forget();
    await rm(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, 'redis.conf');
  }

  private lines(): string[] {
    const { password, replicaOf, config = [], sentinel } = this.options;
    const lines = [`port ${this.port}`, 'bind 127.0.0.1', `dir ${this.folder}`, ...config];
    if (password !== undefined) lines.push(`requirepass ${password}`, `masterauth ${password}`);
    if (replicaOf !== undefined) lines.push(`replicaof 127.0.0.1 ${replicaOf}`);
    if (!sentinel) lines.push('save ""');
    return lines;
  }

  private async spawn(): Promise<void> {
    const { program = 'redis-server', sentinel } = this.options;
    const args = [this.file, ...(sentinel ? ['--sentinel'] : [])];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const hear = (text: string): void => {
        said = (said + text).slice(-4_000);
        if (READY.test(said)) resolve();
      };
      child.once('error', (cause) => {
        const hint = 'on Debian it is in the package redis-server';
        reject(new Error(`${program} cannot be started, ${hint}: ${cause.message}`, { cause }));
      });
      child.once('close', (code) => reject(new Error(`Redis ended with ${code}: ${said.slice(-1_000)}`)));
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
    });
  }
}
