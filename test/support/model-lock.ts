/**
 * What a lock is, in twenty lines: a holder, a line of waiters, and a count of outcomes. Simple enough to be right by
 * looking at it.
 */
import type { Hold, Outcome } from 'lockmeter';
import { clock } from './controlled-clock.js';
import type { Deferred } from './deferred.js';

/** How an attempt asks, and how its hold ends. */
export type Way = 'acquire' | 'hold' | 'run' | 'throw' | 'early' | 'sync-throw';

/** One attempt, known to the model and to the real lock. */
export interface Attempt {
  id: number;
  way: Way;
  deadline: number;
  signal: number | undefined;
  hold?: Hold;
  gate: Deferred<void>;
}

/** What a lock is: a holder, a line, and outcomes. */
export class ModelLock {
  holder: Attempt | undefined;
  waiters: Attempt[] = [];
  readonly entered: number[] = [];

  constructor(private readonly outcomes: Record<Outcome, number>) {}

  ask(attempt: Attempt, limit: number): void {
    if (this.holder === undefined) this.grant(attempt);
    else if (this.waiters.length >= limit) this.outcomes.rejected++;
    else if (attempt.deadline <= clock.time) this.outcomes.busy++;
    else this.waiters.push(attempt);
  }

  grant(attempt: Attempt | undefined): void {
    this.holder = attempt;
    if (attempt === undefined) return;
    this.outcomes.acquired++;
    this.entered.push(attempt.id);
    if (attempt.way === 'sync-throw') this.grant(this.waiters.shift());
  }

  end(): void {
    this.grant(this.waiters.shift());
  }

  giveUp(gone: (attempt: Attempt) => boolean, outcome: Outcome): void {
    const before = this.waiters.length;
    this.waiters = this.waiters.filter((attempt) => !gone(attempt));
    this.outcomes[outcome] += before - this.waiters.length;
  }
}
