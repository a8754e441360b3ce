/**
 * What the server saw, visit by visit: it is written by the server and the handler, and knows nothing of locks, so that it can
 * judge them.
 */
import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Visit } from './plan.js';

/** See above. */
export class Ledger {
  /** The visits in the order in which the server saw them. */
  readonly seen: number[] = [];
  /** The visits whose handler ran, in the order in which it started. */
  readonly entered: number[] = [];
  /** The visits that were answered with 503, whether or not somebody was there to read it. */
  readonly refused = new Set<number>();
  /** How often a handler started while another one of the same key had not ended. */
  overlaps = 0;
  private readonly inside = new Map<string, number>();

  constructor(readonly visits: readonly Visit[]) {}

  /** Notes every request before the application gets it. */
  watch(server: Server): void {
    server.prependListener('request', ({ url }: { url?: string }, response: ServerResponse) => {
      const visit = Number(new URL(url!, 'http://localhost').searchParams.get('visit'));
      this.seen.push(visit);
      response.once('close', () => {
        if (response.statusCode === 503) this.refused.add(visit);
      });
    });
  }

  /** The work of a visit. `false` when there is to be no answer. */
  async work(number: number): Promise<boolean> {
    const { key, hold, forgotten } = this.visits[number]!;
    this.entered.push(number);
    const inside = this.inside.get(key) ?? 0;
    if (inside > 0) this.overlaps++;
    this.inside.set(key, inside + 1);
    if (!forgotten) await (hold === 0 ? turn() : sleep(hold));
    this.inside.set(key, this.inside.get(key)! - 1);
    return !forgotten;
  }

  /** How many visits of a key started before one of that key that the server had seen earlier. */
  inversions(): number {
    const arrival = new Map(this.seen.map((visit, position) => [visit, position]));
    const last = new Map<string, number>();
    let inversions = 0;
    for (const visit of this.entered) {
      const { key } = this.visits[visit]!;
      const position = arrival.get(visit)!;
      if (position < (last.get(key) ?? -1)) inversions++;
      last.set(key, Math.max(position, last.get(key) ?? -1));
    }
    return inversions;
  }
}
