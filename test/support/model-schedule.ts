/**
 * Plays a schedule on real locks and on their models at once, and says whether they agree. Its clock and its timers are
 * those of the test, one millisecond at a time, so that the areas under holds and queues can be added up exactly.
 *
 * Imports the package for its types only: the clock has to be replaced before the package is loaded.
 */
import { jest } from '@jest/globals';
import type { Hold, Lock, LockManager, Outcome } from 'lockmeter';
import { clock } from './controlled-clock.js';
import { deferred } from './deferred.js';
import { type Attempt, ModelLock, type Way } from './model-lock.js';
import { sum } from './sum.js';
import { ticks } from './ticks.js';

const KEYS = ['a', 'b'];
/** Microtask ticks after which everything that can happen now has happened. */
const SETTLED = 24;

/** How many locks a schedule plays on. */
export const LOCKS: number = KEYS.length;

/** Lets everything that can happen now happen. */
export function settled(): Promise<void> {
  return ticks(SETTLED);
}

/** One schedule in progress: the real locks, the model of each, and the areas. */
export class Schedule {
  readonly outcomes: Record<Outcome, number> = {
    acquired: 0,
    timeout: 0,
    aborted: 0,
    rejected: 0,
    busy: 0,
    error: 0,
  };
  readonly models: ModelLock[];
  readonly kept: Lock[];
  readonly entered: number[][] = KEYS.map(() => []);
  readonly controllers = [0, 1, 2].map(() => new AbortController());
  readonly inside = KEYS.map(() => 0);
  readonly settled: Promise<unknown>[] = [];
  overlaps = 0;
  heldArea = 0;
  queuedArea = 0;
  closed = false;
  private nextId = 0;

  constructor(
    readonly manager: LockManager,
    private readonly keyed: boolean,
  ) {
    this.models = KEYS.map(() => new ModelLock(this.outcomes));
    this.kept = KEYS.map((_, k) => this.find(k));
    if (!keyed) this.manager.lock(KEYS[0]!);
  }

  /** By key of one name, or one name each: keyed locks come and go, the others stay. */
  private find(k: number): Lock {
    return this.keyed ? this.manager.lock('model', KEYS[k]!) : this.manager.lock(KEYS[k]!);
  }

  lock(k: number, kept: boolean): Lock {
    return kept ? this.kept[k]! : this.find(k);
  }

  ask(
    k: number,
    kept: boolean,
    way: Way,
    timeout: number | undefined,
    signal: number | undefined,
    maxQueue: number,
  ): void {
    const lock = this.lock(k, kept);
    const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : clock.time + timeout;
    const attempt: Attempt = { id: this.nextId++, way, deadline, signal, gate: deferred() };
    const controller = signal === undefined ? undefined : this.controllers[signal];
    const options = { timeout, signal: controller?.signal, maxQueue };
    if (this.closed) this.outcomes.rejected++;
    else this.models[k]!.ask(attempt, maxQueue);
    this.settled.push(this.start(lock, k, attempt, options).catch(() => {}));
  }

  private start(lock: Lock, k: number, attempt: Attempt, options: object): Promise<unknown> {
    const enter = (hold?: Hold): void => {
      attempt.hold = hold;
      this.entered[k]!.push(attempt.id);
      if (attempt.way !== 'sync-throw' && ++this.inside[k]! > 1) this.overlaps++;
    };
    if (attempt.way === 'acquire') return lock.acquire(options).then(() => enter());
    if (attempt.way === 'hold') return lock.hold(options).then(enter);
    return lock.run((hold) => {
      enter(hold);
      if (attempt.way === 'sync-throw') throw new Error('sync');
      return attempt.gate.promise;
    }, options);
  }

  tryAcquire(k: number, kept: boolean): void {
    const attempt: Attempt = { id: this.nextId++, way: 'acquire', deadline: 0, signal: undefined, gate: deferred() };
    const model = this.models[k]!;
    const expected = !this.closed && model.holder === undefined;
    if (expected) model.grant(attempt);
    else this.outcomes[this.closed && model.holder === undefined ? 'rejected' : 'busy']++;
    expect(this.lock(k, kept).tryAcquire()).toBe(expected);
    if (!expected) return;
    this.entered[k]!.push(attempt.id);
    if (++this.inside[k]! > 1) this.overlaps++;
  }

  /** Ends the hold of `k` in the way its attempt would. With `race`, the waiter it hands over to is aborted in that tick. */
  end(k: number, kept: boolean, race: boolean): void {
    const model = this.models[k]!;
    const ending = model.holder;
    if (ending === undefined) {
      expect(() => this.lock(k, kept).release()).toThrow('not held');
      return;
    }
    this.inside[k]!--;
    const next = model.waiters[0];
    const synchronous = ending.way === 'acquire' || ending.way === 'hold' || ending.way === 'early';
    const raced = race && synchronous && next?.signal !== undefined ? next : undefined;
    if (ending.way === 'acquire') this.lock(k, kept).release();
    else if (ending.way === 'throw') ending.gate.reject(new Error('body'));
    else if (ending.way === 'run') ending.gate.resolve();
    else void ending.hold!.release();
    if (ending.way === 'early') ending.gate.resolve();
    // A waiter that is aborted after it was handed the lock gives it back before it enters: as if it had left the line first.
    if (raced !== undefined) this.abort(raced.signal!);
    model.end();
  }

  abort(signal: number): void {
    this.controllers[signal]!.abort(`signal ${signal}`);
    this.controllers[signal] = new AbortController();
    for (const model of this.models) model.giveUp((attempt) => attempt.signal === signal, 'aborted');
  }

  close(reject: boolean): void {
    this.closed = true;
    void this.manager.close({ reject });
    if (reject) for (const model of this.models) model.giveUp(() => true, 'rejected');
  }

  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      for (const model of this.models) {
        if (model.holder !== undefined) this.heldArea++;
        this.queuedArea += model.waiters.length;
      }
      clock.time++;
      for (const model of this.models) model.giveUp((attempt) => attempt.deadline <= clock.time, 'timeout');
      jest.advanceTimersByTime(1);
      await settled();
    }
  }

  private numbers() {
    const all = this.manager.snapshot().locks;
    const total = (of: (lock: (typeof all)[number]) => number): number => sum(all.map(of));
    const outcomes = { acquired: 0, timeout: 0, aborted: 0, rejected: 0, busy: 0, error: 0 };
    for (const lock of all) for (const key of Object.keys(outcomes) as Outcome[]) outcomes[key] += lock.outcomes[key];
    return {
      outcomes,
      held: total((lock) => lock.held),
      queueDepth: total((lock) => lock.queueDepth),
      heldArea: Math.round(total((lock) => lock.heldTimeSeconds) * 1e3),
      queuedArea: Math.round(total((lock) => lock.queuedTimeSeconds) * 1e3),
      waits: total((lock) => sum(lock.wait.buckets)),
      holds: total((lock) => sum(lock.hold.buckets)),
    };
  }

  agree(): void {
    expect(this.overlaps).toBe(0);
    const numbers = this.numbers();
    this.models.forEach((model, k) => {
      for (const lock of [this.lock(k, true), this.lock(k, false)]) {
        expect([lock.locked(), lock.queueDepth]).toEqual([model.holder !== undefined, model.waiters.length]);
      }
      expect(this.entered[k]).toEqual(model.entered);
    });
    expect(numbers).toEqual({
      outcomes: this.outcomes,
      held: this.models.filter((model) => model.holder !== undefined).length,
      queueDepth: sum(this.models.map((model) => model.waiters.length)),
      heldArea: this.heldArea,
      queuedArea: this.queuedArea,
      waits: sum(this.outcomes),
      holds: this.outcomes.acquired - numbers.held,
    });
  }

  /** Ends everything. Nobody may be left. */
  async rest(): Promise<void> {
    for (let k = 0; k < KEYS.length; k++) {
      while (this.models[k]!.holder !== undefined) {
        this.end(k, true, false);
        await settled();
        this.agree();
      }
    }
    await this.manager.close();
    await Promise.all(this.settled);
    expect(this.numbers()).toMatchObject({ held: 0, queueDepth: 0 });
    expect(jest.getTimerCount()).toBe(0);
  }
}
