/**
 * What a client does: attempts, one by one or without end, and in each that is granted a critical section that writes
 * to the resource until it is over or lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DriverGrant,
  type Hold,
  type LockLostError,
  LockManager,
  LockTimeoutError,
  StatsRegistry,
} from 'lockmeter';
import type { AttemptCommand, ClientSettings, LoopCommand } from '../referee/commands.js';
import { NAME } from './lock-name.js';
import { loopAttempts } from './loop.js';
import { openDriver } from './open-driver.js';
import { deadlineOf, overheard } from './overheard.js';
import type { Reporter, SaidOfAttempt } from './reporter.js';

/** The default time between two writes, in milliseconds. */
const PACE = 10;

/** See above. */
export class Client {
  private readonly locks: LockManager;
  private readonly closeDriver: () => Promise<void>;
  private readonly grants = new Map<string, DriverGrant>();
  private readonly names = new Map<string, string>();
  private readonly leaving = new Map<string, () => void>();
  private readonly running = new Set<Promise<void>>();
  private finishing = false;

  constructor(
    private readonly settings: ClientSettings,
    private readonly reporter: Reporter,
  ) {
    const driver = openDriver(settings);
    driver.on(({ type }) => {
      if (type === 'missed-wake') reporter.say({ type });
    });
    this.locks = new LockManager({
      stats: new StatsRegistry(),
      driver: overheard(driver, {
        queued: (label) => this.say(label, { type: 'queued' }),
        granted: (label, grant) => {
          this.grants.set(label, grant);
          this.say(label, { type: 'granted', token: Number(grant.fencingToken), ...this.deadline(label) });
        },
      }),
    });
    this.closeDriver = () => driver.close();
  }

  /** Makes one attempt and lives through it. */
  attempt(command: AttemptCommand): void {
    this.keep(this.live(command));
  }

  /** Ends an attempt's critical section. */
  leave(attempt: string): void {
    this.leaving.get(attempt)?.();
  }

  /** Makes attempts until {@link finish}. */
  loop(command: LoopCommand): void {
    for (const attempts of loopAttempts(command)) this.keep(this.goThrough(attempts));
  }

  /** No new attempts. Resolves when those under way are over. */
  async finish(): Promise<void> {
    this.finishing = true;
    await Promise.all(this.running);
  }

  async inspect(lock: string): Promise<void> {
    const { locked, queueDepth } = await this.locks.inspect(NAME, lock);
    this.reporter.say({ type: 'inspected', lock, locked, depth: queueDepth });
  }

  async close(): Promise<void> {
    await this.finish();
    await this.closeDriver();
  }

  private keep(running: Promise<void>): void {
    this.running.add(running);
    void running.then(() => this.running.delete(running));
  }

  private async live({ attempt, lock, timeout, stay, pace = PACE }: AttemptCommand): Promise<void> {
    this.names.set(attempt, lock);
    this.say(attempt, { type: 'invoke' });
    try {
      const hold = await this.locks.lock(NAME, lock).hold({ label: attempt, timeout });
      await this.inside(hold, attempt, pace, stay);
      await hold.release();
      this.say(attempt, { type: 'released' });
    } catch (error) {
      const expected = timeout !== undefined && error instanceof LockTimeoutError;
      this.say(attempt, { type: 'failed', reason: String(error), expected });
    }
    this.grants.delete(attempt);
    this.names.delete(attempt);
  }

  private async goThrough(attempts: Iterable<AttemptCommand & { readonly rest: number }>): Promise<void> {
    for (const { rest, ...attempt } of attempts) {
      if (this.finishing) return;
      await this.live(attempt);
      await sleep(rest);
    }
  }

  /** The critical section. */
  private async inside(hold: Hold, attempt: string, pace: number, stay = Number.POSITIVE_INFINITY): Promise<void> {
    const over = this.listenForLoss(hold, attempt);
    if (over()) return;
    const lock = this.names.get(attempt)!;
    const token = Number(hold.fencingToken);
    this.say(attempt, { type: 'enter', token, ...this.deadline(attempt) });
    const end = performance.now() + stay;
    let asked = false;
    const left = new Promise<void>((resolve) => {
      this.leaving.set(attempt, () => {
        asked = true;
        resolve();
      });
    });
    while (!over() && !asked) {
      await this.reporter.write(attempt, lock, { type: 'write', token, ...this.deadline(attempt) });
      const time = end - performance.now();
      if (time <= 0) break;
      await Promise.race([sleep(Math.min(pace, time)), left]);
    }
    this.leaving.delete(attempt);
    this.say(attempt, { type: 'leave', ...this.deadline(attempt) });
  }

  /** Reports the loss of a hold. Returns what says whether to stop for it. */
  private listenForLoss(hold: Hold, attempt: string): () => boolean {
    const { signal } = hold;
    const tell = (): void => {
      if (!this.settings.knowsLeases) return;
      const { reason: cause, stalled } = signal.reason as LockLostError;
      this.say(attempt, { type: 'lost', cause, stalled, ...this.deadline(attempt) });
    };
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
    return () => this.settings.heedsLoss && hold.signal.aborted;
  }

  private deadline(attempt: string): { deadline?: number } {
    const grant = this.grants.get(attempt);
    return grant === undefined || !this.settings.knowsLeases ? {} : { deadline: deadlineOf(grant) };
  }

  private say(attempt: string, entry: SaidOfAttempt): void {
    this.reporter.sayOf(attempt, this.names.get(attempt)!, entry);
  }
}
