/**
 * Interleaved rounds over servers that all run: in each round every contestant serves the same load once, in an order that
 * is shuffled anew, so that a slow spell of the machine is spread over all of them. And several launches of all: what the
 * compiler made of one process differs by some per cent from what it makes of the next, which no number of rounds within it
 * would show.
 */
import { shuffle } from '../random.js';
import { type ServerProcess, startServer } from './child.js';
import type { Contestant } from './contestants.js';
import { load } from './load.js';

/** How much is measured. */
export interface Plan {
  /** How often all servers are started anew. */
  launches: number;
  /** Rounds of each launch that are thrown away first. */
  warmups: number;
  rounds: number;
  connections: number;
  /** Per contestant and round. */
  requests: number;
  pinned: boolean;
  random: () => number;
}

/** What a contestant's rounds were; sample n of all contestants is of the same round. */
export interface Samples {
  readonly requestsPerSecond: number[];
  /** Microseconds of the server's processor time per request. */
  readonly cpu: number[];
}

/** The samples of each contestant, by its name. */
export async function measure(contestants: readonly Contestant[], plan: Plan): Promise<Map<string, Samples>> {
  const samples = new Map<string, Samples>(contestants.map(({ name }) => [name, { requestsPerSecond: [], cpu: [] }]));
  for (let launch = 0; launch < plan.launches; launch++) {
    const servers = new Map<string, ServerProcess>();
    try {
      for (const { name } of contestants) servers.set(name, await startServer(name, plan.pinned));
      for (let round = -plan.warmups; round < plan.rounds; round++) {
        for (const [name, server] of shuffle([...servers], plan.random)) {
          const { requestsPerSecond, cpu } = await serve(server, plan);
          if (round < 0) continue;
          samples.get(name)!.requestsPerSecond.push(requestsPerSecond);
          samples.get(name)!.cpu.push(cpu);
        }
      }
    } finally {
      for (const server of servers.values()) await server.stop();
    }
  }
  return samples;
}

async function serve(server: ServerProcess, { connections, requests }: Plan) {
  const before = await server.used();
  const elapsed = await load({ port: server.port, connections, requests });
  const used = (await server.used()) - before;
  return { requestsPerSecond: requests / (elapsed / 1e3), cpu: used / requests };
}
