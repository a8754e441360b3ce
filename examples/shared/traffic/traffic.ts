/**
 * The customers, coming and going.
 *
 * Invariant: at most `MOST` requests are under way. Who comes then is turned away at the door and counted: a generator that
 * queued them would hide how long they wait, and one without a bound would take the machine down with the shop.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Ending, type Send } from './client.js';
import { CUSTOMERS, type Customers, INCIDENTS, type Incident } from './customers.js';

/** How many requests may be under way. */
export const MOST = 150;
/** How long they may take once the shop closes, in milliseconds. */
const GRACE = 5_000;

/**
 * @example
 * const traffic = new Traffic(3000);
 * traffic.start();
 * await traffic.stop();
 */
export class Traffic {
  /** Requests under way. */
  inside = 0;
  turnedAway = 0;
  readonly endings: Record<Ending, number> = { served: 0, refused: 0, 'gave up': 0, failed: 0 };
  private readonly closing = new AbortController();
  private readonly client: Client;
  private readonly send: Send;
  private left: (() => void) | undefined;

  /** @param port Where the shop is, or what says it for each customer. */
  constructor(port: number | (() => number), send?: Send) {
    this.client = new Client(port, MOST);
    this.send = send ?? this.client.send;
  }

  start(): void {
    for (const customers of CUSTOMERS) void this.arrive(customers);
    for (const incident of INCIDENTS) void this.happen(incident);
  }

  /** One customer, unless the shop is full. */
  visit(path: string, patience?: number): void {
    if (this.inside >= MOST) {
      this.turnedAway++;
      return;
    }
    this.inside++;
    void this.send(path, patience).then((ending) => {
      this.endings[ending]++;
      if (--this.inside === 0) this.left?.();
    });
  }

  /** Lets nobody in any more, and waits for those who are, a few seconds at most. */
  async stop(): Promise<void> {
    this.closing.abort();
    if (this.inside > 0) {
      const patience = setTimeout(() => this.client.close(), GRACE);
      await new Promise<void>((resolve) => {
        this.left = resolve;
      });
      clearTimeout(patience);
    }
    this.client.close();
  }

  summary(): string {
    const { served, refused, failed } = this.endings;
    const counts = [
      `${this.inside} inside`,
      `${served} served`,
      `${this.endings['gave up']} gave up`,
      `${refused} refused`,
      `${this.turnedAway} turned away`,
      ...(failed === 0 ? [] : [`${failed} failed`]),
    ];
    return `customers: ${counts.join(' · ')}`;
  }

  /** Exponential gaps: the next arrival does not know of the last. */
  private async arrive({ rate, path, patience }: Customers): Promise<void> {
    while (await this.pause((-Math.log(1 - Math.random()) / rate) * 1e3)) this.visit(path(), patience?.());
  }

  private async happen({ first, every, paths }: Incident): Promise<void> {
    for (let next = first; await this.pause(next); next = every) for (const path of paths()) this.visit(path);
  }

  /** Whether the shop is still open afterwards. */
  private pause(milliseconds: number): Promise<boolean> {
    const { signal } = this.closing;
    return sleep(milliseconds, true, { signal }).catch(() => false);
  }
}
