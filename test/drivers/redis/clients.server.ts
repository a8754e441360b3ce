/**
 * A Redis that a test may end, start again on the same port, stop in its tracks, and make a cluster of one node.
 *
 * Invariant: after `remove()` its process is gone, whatever state it was in, and its folder with it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../grafana/live/free-port.js';
import { debianTool } from '../../support/debian-tool.js';

const run = promisify(execFile);

export class Server {
  readonly port: number;
  readonly #folder: string;
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;
  readonly #atExit = (): void => {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
    process.once('exit', this.#atExit);
  }

  /** One that is not started yet. */
  static async prepare(...options: readonly string[]): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'lockmeter-redis-clients-'));
    return new Server(await freePort(), folder, options);
  }

  /** Gives this one node all the slots. */
  async becomeCluster(): Promise<void> {
    await this.cli('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await this.clusterWorks();
  }

  async clusterWorks(): Promise<void> {
    while (!(await this.cli('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  }

  /** Makes a cluster of this one and the others, each with as many slots. */
  async join(nodes: readonly Server[]): Promise<void> {
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await this.cli('--cluster', 'create', ...addresses, '--cluster-yes');
    await Promise.all(nodes.map((node) => node.clusterWorks()));
  }

  async start(): Promise<void> {
    const program = await debianTool('redis-server', 'redis-server');
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    const child = spawn(program, [...own, ...this.#options], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('close', (code) => reject(new Error(`Redis ended with ${code}`)));
      child.stdout!.on('data', (text: Buffer) => {
        if (text.includes('Ready to accept connections')) resolve();
      });
    });
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    this.#child = undefined;
    await ended;
  }

  /** It takes connections still, for the kernel does that, and answers nothing. */
  freeze(): void {
    this.#child!.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child!.kill('SIGCONT');
  }

  async cli(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('redis-cli', ['-p', String(this.port), ...args], { encoding: 'utf8' });
    return stdout;
  }

  async remove(): Promise<void> {
    await this.kill();
    process.off('exit', this.#atExit);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
