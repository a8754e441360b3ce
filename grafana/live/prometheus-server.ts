/**
 * A real Prometheus on this machine, for as long as a proof or a picture needs it: it scrapes once a second, keeps exemplars
 * and evaluates the rules.
 *
 * Invariant: whatever becomes of it, its process is ended by its id and its folder is gone: after `stop()`, after a start
 * that failed, and when the process that started it exits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { PrometheusApi } from './prometheus-api.js';
import { prometheusConfig } from './prometheus-config.js';
import { evaluatedEverySecond } from './rapid-rules.js';

/** What it is started with. */
export interface PrometheusOptions {
  /** The path of the program. */
  readonly program: string;
  /** What it scrapes, as `host:port`, and the `job` label of it. */
  readonly target: string;
  readonly job: string;
  /** The text of a rule file. Its groups are evaluated once a second, whatever interval they have. */
  readonly rules?: string;
}

/** A Prometheus that answers. */
export interface PrometheusServer {
  readonly api: PrometheusApi;
  /** Ends it and removes what it stored. */
  stop(): Promise<void>;
}

/** How long it may take to be ready, and to end once it is asked to, in milliseconds. */
const START = 30_000;
const GRACE = 5_000;
/** How often it is tried again when somebody took its port. */
const TRIES = 3;

/**
 * Starts one and resolves when it answers queries.
 *
 * @throws Error with what it said last when it does not start.
 * @example
 * const prometheus = await startPrometheus({ program: '/usr/bin/prometheus', target: '127.0.0.1:3000', job: 'shop' });
 * await prometheus.api.query('up', Date.now() / 1e3);
 * await prometheus.stop();
 */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options);
    } catch (error) {
      if (attempt === TRIES || !String(error).includes('address already in use')) throw error;
    }
  }
}

async function start(options: PrometheusOptions): Promise<PrometheusServer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `lockmeter-prometheus-${process.pid}-`)));
  let child: ChildProcess | undefined;
  const atExit = (): void => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  const stop = async (): Promise<void> => {
    if (child !== undefined) await end(child);
    process.off('exit', atExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await configure(folder, options);
    const address = `127.0.0.1:${await freePort()}`;
    child = launch(options.program, folder, address);
    await ready(child, folder, `http://${address}`);
    return { api: new PrometheusApi(`http://${address}`), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function configure(folder: string, { target, job, rules }: PrometheusOptions): Promise<void> {
  const config = prometheusConfig(target, job, rules === undefined ? [] : ['rules.yml']);
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  if (rules !== undefined) await writeFile(join(folder, 'rules.yml'), evaluatedEverySecond(rules));
}

function launch(program: string, folder: string, address: string): ChildProcess {
  const options = [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=${address}`,
    '--enable-feature=exemplar-storage',
    '--log.level=warn',
  ];
  return spawn(program, options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Resolves when it answers, and rejects when it ends or takes too long. */
async function ready(child: ChildProcess, folder: string, url: string): Promise<void> {
  let said = '';
  let failure: Error | undefined;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.once('error', (error) => {
    failure = error;
  });
  child.once('close', (code) => {
    failure ??= new Error(`Prometheus ended with ${code}: ${said}`);
  });
  const giveUp = performance.now() + START;
  while (!(await answers(url, folder))) {
    if (failure !== undefined) throw failure;
    if (performance.now() > giveUp) throw new Error(`Prometheus was not ready after ${START} ms: ${said}`);
    await sleep(50);
  }
}

/** Whether the Prometheus of this folder answers there, and not another one that was faster at taking the port. */
async function answers(url: string, folder: string): Promise<boolean> {
  try {
    if (!(await fetch(`${url}/-/ready`)).ok) return false;
    return (await new PrometheusApi(url).workingDirectory()) === folder;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), GRACE);
  await ended;
  clearTimeout(force);
}
