/**
 * The log, told attempt by attempt: what the checks are about.
 */
import { type Entry, entriesOf } from './entry.js';

/** One attempt from its beginning to its end, as far as it came. */
export interface Attempt {
  readonly process: string;
  readonly attempt: string;
  readonly lock: string;
  readonly invoked: number;
  queued?: number;
  granted?: number;
  token?: number;
  entered?: number;
  /** Told that it is lost. */
  told?: number;
  left?: number;
  /** Ended without a grant. */
  failed?: { readonly at: number; readonly reason: string; readonly expected: boolean };
  /** Until when it believed to hold, by the last that it said; `undefined` for ever. */
  deadline?: number;
  /** When its process was killed, if that was in the middle of it. */
  died?: number;
}

/** The attempts in the order in which they were begun. */
export function attemptsOf(log: readonly Entry[]): Attempt[] {
  const attempts = new Map<string, Attempt>();
  for (const entry of log) {
    if (entry.type === 'judged' || !('attempt' in entry)) continue;
    const { at, process, attempt, lock } = entry;
    const id = `${process} ${attempt}`;
    if (entry.type === 'invoke') attempts.set(id, { process, attempt, lock, invoked: at });
    const told = attempts.get(id);
    if (told === undefined) throw new Error(`${id}: ${entry.type} before invoke`);
    if ('deadline' in entry) told.deadline = entry.deadline;
    if ('token' in entry) told.token = entry.token;
    if (entry.type === 'queued') told.queued = at;
    else if (entry.type === 'granted') told.granted = at;
    else if (entry.type === 'enter') told.entered = at;
    else if (entry.type === 'lost') told.told = at;
    else if (entry.type === 'leave') told.left = at;
    else if (entry.type === 'failed') told.failed = entry;
  }
  const deaths = new Map(entriesOf(log, 'killed').map(({ process, at }) => [process, at]));
  for (const told of attempts.values()) {
    const death = deaths.get(told.process);
    if (death !== undefined && told.left === undefined && told.failed === undefined) told.died = death;
  }
  return Array.from(attempts.values()).sort((a, b) => a.invoked - b.invoked);
}

/** The attempts of each lock, in the order given. */
export function byLock<T extends Attempt>(attempts: readonly T[]): T[][] {
  const locks = new Map<string, T[]>();
  for (const attempt of attempts) {
    const same = locks.get(attempt.lock);
    if (same === undefined) locks.set(attempt.lock, [attempt]);
    else same.push(attempt);
  }
  return Array.from(locks.values());
}

/** An attempt that the engine granted. */
export interface Granted extends Attempt {
  readonly granted: number;
  readonly token: number;
}

/** Those that were granted. */
export function grantedOf(attempts: readonly Attempt[]): Granted[] {
  return attempts.filter((each): each is Granted => each.granted !== undefined && each.token !== undefined);
}

/** A time in which somebody was inside. */
export interface Hold extends Attempt {
  readonly token: number;
  readonly entered: number;
}

/** The attempts that entered, lock by lock, in the order in which they did. */
export function holdsByLock(attempts: readonly Attempt[]): Hold[][] {
  const entered = attempts.filter((each): each is Hold => each.entered !== undefined && each.token !== undefined);
  entered.sort((a, b) => a.entered - b.entered);
  return byLock(entered);
}

/** When a hold stopped being valid: it was over, its process knew that it was lost, or it ought to have known. */
export function validUntil({ left, told, deadline, died }: Hold): number {
  const ends = [left, told, deadline, died].filter((end) => end !== undefined);
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

/** A time in which somebody, or everybody, was disturbed. */
export interface Disturbance {
  readonly process?: string;
  readonly at: number;
  readonly until: number;
}

/** What excuses whom: the disturbances and losses of state of a log. */
export class Excuses {
  private readonly disturbances: readonly Disturbance[];
  private readonly losses: readonly Disturbance[];

  constructor(log: readonly Entry[]) {
    this.disturbances = entriesOf(log, 'disturbed');
    this.losses = entriesOf(log, 'state-lost');
  }

  /** Whether `process` was disturbed at some moment between the two. */
  disturbed(process: string, from: number, until: number): boolean {
    return this.disturbances.some(
      (each) => (each.process === undefined || each.process === process) && each.at <= until && each.until >= from,
    );
  }

  /** Whether the engine lost its state at some moment between the two. */
  stateLost(from: number, until: number): boolean {
    return this.losses.some((each) => each.at <= until && each.until >= from);
  }
}
