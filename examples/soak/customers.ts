/**
 * The customers: so many connections that are kept alive, each with one request under way. Who hangs up closes the
 * connection, and the next request opens a new one.
 */
import { Agent, request } from 'node:http';
import type { Visit } from './plan.js';

/** How a visit ended, as its customer saw it. `failed`: the connection broke, or an answer that should not be. */
export type Ending = 'served' | 'refused' | 'left' | 'failed';

/** Sends all visits in their order and resolves to how each ended, by its number. */
export async function visitAll(port: number, visits: readonly Visit[], connections: number): Promise<Ending[]> {
  const endings: Ending[] = [];
  const queue = visits.values();
  async function customer(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const visit of queue) endings[visit.number] = await visitOnce(port, agent, visit);
    agent.destroy();
  }
  await Promise.all(Array.from({ length: connections }, customer));
  return endings;
}

function visitOnce(port: number, agent: Agent, { number, key, leaves }: Visit): Promise<Ending> {
  return new Promise((resolve) => {
    const path = `/carts/${key}/checkout?visit=${number}`;
    const sent = request({ agent, port, path, host: '127.0.0.1', method: 'POST' });
    let ending: Ending = 'failed';
    const hangUp = (): void => {
      ending = 'left';
      sent.destroy();
    };
    const timer = leaves === undefined ? undefined : setTimeout(hangUp, leaves);
    sent.once('response', (response) => {
      response.resume();
      response.once('end', () => {
        clearTimeout(timer);
        ending = endingOf(response.statusCode);
      });
    });
    sent.on('error', () => {}); // 'close' follows
    sent.once('close', () => resolve(ending));
    sent.end();
  });
}

function endingOf(status: number | undefined): Ending {
  if (status === 200) return 'served';
  return status === 503 ? 'refused' : 'failed';
}
