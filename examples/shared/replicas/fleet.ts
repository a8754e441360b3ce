/**
 * The replicas of one shop, as one shop: its doors, its locks, its news.
 *
 * Invariant: there are as many replicas as were asked for, all of them open at first; one that dies is replaced.
 */
import type { Writable } from 'node:stream';
import type { Snapshot } from 'lockmeter';
import type { RecentTraces } from '../recent-traces.js';
import { atRest, mergeSnapshots } from './merge-snapshots.js';
import type { ReplicaOrder } from './messages.js';
import { Replica, type ReplicaListener } from './replica.js';
import { type ReplicaRow, replicaRow } from './replica-table.js';

export interface FleetOptions {
  /** The compiled shop. */
  program: string;
  replicas: number;
  /** Where the first replica listens; the others follow it. 0 lets the system choose. */
  port: number;
  /** What they all are. */
  order: Omit<ReplicaOrder, 'number' | 'port'>;
  /** Where their spans are kept. */
  traces?: RecentTraces | undefined;
  /** What keeps a server that they need, until the last of them has ended. */
  lifeline?: Writable | undefined;
}

export class Fleet {
  private readonly replicas: readonly Replica[];
  private readonly listeners = new Set<(line: string) => void>();
  /** What those have counted that have ended. */
  private past: Snapshot[] = [];
  private turn = 0;

  private constructor({ program, replicas, port, order, traces, lifeline }: FleetOptions) {
    const listener: ReplicaListener = {
      news: (line) => {
        for (const say of this.listeners) say(line);
      },
      spans: (spans, replica) => {
        for (const span of spans) traces?.add({ ...span, replica });
      },
      ended: (last) => {
        if (last !== undefined) this.past = [mergeSnapshots([...this.past, atRest(last)])];
      },
    };
    this.replicas = Array.from({ length: replicas }, (_, i) => {
      return new Replica(program, { ...order, number: i + 1, port: port === 0 ? 0 : port + i }, listener, lifeline);
    });
  }

  /**
   * Resolves when all take customers.
   *
   * @throws UsageError that says why one of them does not; then there are none.
   * @example
   * const fleet = await Fleet.open({ program, replicas: 3, port: 3000, order });
   */
  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    const opened = await Promise.allSettled(fleet.replicas.map((replica) => replica.start()));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed === undefined) return fleet;
    await fleet.close();
    throw failed.reason;
  }

  get ports(): number[] {
    return this.replicas.map(({ port }) => port);
  }

  /** The port for the next customer: those who are open take turns, as behind a load balancer that knows who is well. */
  nextPort(): number {
    const open = this.replicas.filter((replica) => replica.open);
    const doors = open.length === 0 ? this.replicas : open;
    return doors[this.turn++ % doors.length]!.port;
  }

  /** The locks of all replicas, as they were told of last. */
  snapshot(): Snapshot {
    return mergeSnapshots([...this.replicas.flatMap(({ state }) => state?.snapshot ?? []), ...this.past]);
  }

  rows(): ReplicaRow[] {
    return this.replicas.map(replicaRow);
  }

  /** Calls `say` with what happens to replicas, and what they have to say. Returns what ends that. */
  news(say: (line: string) => void): () => void {
    this.listeners.add(say);
    return () => this.listeners.delete(say);
  }

  /** Serves those who are in, releases every lock, and ends all processes. */
  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.close()));
  }
}
