/**
 * Shops for tests: in this process, on a port of their own, without the time that warehouse and payment take.
 *
 * Invariant: everything that was opened is closed after the test, its files too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drain, listen } from '../../examples/shared/http-server.js';
import type { Shop } from '../../examples/shared/run-shop.js';
import type { ShopSettings } from '../../examples/shared/settings.js';

export interface Answer {
  status: number;
  text: string;
}

/** A shop that listens. */
export interface OpenShop {
  directory: string;
  post(path: string, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export const SETTINGS = { stock: 10_000, warehouse: 0, payment: 0, slowest: 10_000 };

/** How many sockets its customers have between them. */
const SOCKETS = 64;

const opened: (() => Promise<void>)[] = [];

export async function openForTest(open: (settings: ShopSettings) => Promise<Shop>): Promise<OpenShop> {
  const directory = await mkdtemp(join(tmpdir(), 'lockmeter-test-'));
  const shop = await open({ ...SETTINGS, directory });
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const send = sender(await listen(shop.server as Server, 0), agent);
  opened.push(async () => {
    agent.destroy();
    await drain(shop.server, 5_000);
    await shop.close();
    await rm(directory, { recursive: true });
  });
  return {
    directory,
    post: (path, headers) => send('POST', path, headers),
    get: (path, headers) => send('GET', path, headers),
  };
}

export async function closeOpened(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}

function sender(port: number, agent: Agent) {
  return (method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode!, text }));
      });
      sent.once('error', reject);
      sent.end();
    });
}

/** How long a shop may take to come to what a test waits for, in milliseconds. */
const PATIENCE = 60_000;
/** Between two questions, so that the shop's processes have the machine. */
const PAUSE = 5;

/** Asks until the answer is as wanted: as long as that takes, and not a fixed time. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const giveUp = performance.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > giveUp) throw new Error(`It did not come to this: ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
