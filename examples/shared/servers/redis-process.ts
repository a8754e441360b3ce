/**
 * A Redis server of one's own: on a free port of 127.0.0.1, in a folder of its own, ended by its process id, and treated badly
 * on demand. It is in a session of its own: Ctrl+C is for the program that started it, which may need it to close.
 *
 * Invariant: it is gone, and its folder with it, after `stop()`, after a start that failed, and when this process is gone, in
 * whatever way. Its port stays the same over restarts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../grafana/live/free-port.js';
import { type Tether, tie } from './tether.js';

/** How a server is started. */
export interface RedisOptions {
  /** The program: its name on PATH, or its path. Default: `redis-server`. */
  readonly program?: string;
  readonly password?: string;
  /** The port of the primary that it follows. */
  readonly replicaOf?: number;
  /** More lines for its configuration. */
  readonly config?: readonly string[];
  /** Whether it is a Sentinel, which keeps no data. */
  readonly sentinel?: boolean;
  /** Whether it is a node of a Cluster, without slots at first. */
  readonly cluster?: boolean;
  /** Its certificate, if it speaks TLS, and then nothing else. */
  readonly tls?: TlsFiles;
}

/** Files in PEM form. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** There is no such program. Its message says what to do. */
export class MissingProgramError extends Error {}

/** How often it is tried again when somebody took its port. */
const TRIES = 3;
/** What whoever asks for free ports holds one for at most, in milliseconds. */
const A_MOMENT = 100;
/** What a server says when it serves, and a Sentinel when it watches. */
const READY = /Ready to accept connections|Sentinel ID is/;

/** One that takes connections. */
export class RedisProcess {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    /** Where the nodes of a Cluster talk to it. */
    readonly busPort: number,
    /** Where it keeps its data. */
    readonly folder: string,
    private readonly tether: Tether,
    private readonly options: RedisOptions,
  ) {}

  /**
   * Starts one.
   *
   * @param ports Where it gets a port that is free.
   * @throws MissingProgramError when there is no such program; Error with what it said last when it does not start.
   * @example
   * const server = await RedisProcess.start();
   */
  static async start(options: RedisOptions = {}, ports = freePort): Promise<RedisProcess> {
    return retried(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'lockmeter-redis-'));
      const server = new RedisProcess(await ports(), await ports(), folder, tie(folder), options);
      try {
        await writeFile(server.file, server.lines().join('\n'));
        await server.spawn();
        return server;
      } catch (error) {
        await server.stop();
        throw error;
      }
    });
  }

  /** How clients reach it. */
  get url(): string {
    const { password, tls } = this.options;
    return `${tls === undefined ? 'redis' : 'rediss'}://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child!.pid!;
  }

  /** What a process is given, in its `stdio`, that needs the server until it ends itself, also when this one is gone. */
  get lifeline(): Writable {
    return this.tether.line;
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
    await retried(() => this.spawn());
  }

  /** Stands still; its connections stay open (SIGSTOP). */
  pause(): void {
    this.child!.kill('SIGSTOP');
  }

  /** Goes on (SIGCONT). */
  resume(): void {
    this.child!.kill('SIGCONT');
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    this.tether.cut();
    await rm(this.folder, { recursive: true, force: true, maxRetries: TRIES });
  }

  private get file(): string {
    return join(this.folder, 'redis.conf');
  }

  private lines(): string[] {
    const { password, replicaOf, config = [], sentinel, cluster, tls } = this.options;
    const lines = [`port ${tls === undefined ? this.port : 0}`, 'bind 127.0.0.1', `dir ${this.folder}`, ...config];
    if (tls !== undefined) {
      lines.push(`tls-port ${this.port}`, `tls-cert-file ${tls.cert}`, `tls-key-file ${tls.key}`);
      lines.push(`tls-ca-cert-file ${tls.ca}`, 'tls-cluster yes');
    }
    if (password !== undefined) lines.push(`requirepass ${password}`, `masterauth ${password}`);
    if (replicaOf !== undefined) lines.push(`replicaof 127.0.0.1 ${replicaOf}`);
    // The port that it takes by itself is 10 000 higher, which there need not be.
    if (cluster) lines.push('cluster-enabled yes', `cluster-port ${this.busPort}`);
    if (!sentinel) lines.push('save ""');
    return lines;
  }

  private async spawn(): Promise<void> {
    const { program = 'redis-server', sentinel } = this.options;
    const args = [this.file, ...(sentinel ? ['--sentinel'] : [])];
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.tether.ties(child.pid);
    child.once('exit', () => this.tether.ties(undefined));
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const hear = (text: string): void => {
        said = (said + text).slice(-4_000);
        if (READY.test(said)) resolve();
      };
      child.once('error', (cause) => reject(notStarted(program, cause)));
      child.once('close', (code) => reject(new Error(`Redis ended with ${code}: ${said.slice(-1_000)}`)));
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
    });
  }
}

function notStarted(program: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code !== 'ENOENT') return new Error(`${program} cannot be started: ${cause.message}`, { cause });
  const advice = 'install it, on Debian with "apt-get install redis-server"';
  return new MissingProgramError(`There is no ${program} on PATH: ${advice}.`, { cause });
}

/** A port that was free a moment ago may be somebody's by now. */
async function retried<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === TRIES || !String(error).includes('Address already in use')) throw error;
      await sleep(A_MOMENT);
    }
  }
}
