/**
 * One attempt at the memory engine, from asking to the end of its hold:
 *
 *     asked ──> waiting ──> held ──> over (released, lost, given back)
 *       └────────────┴─────────────> over (refused, cancelled)
 *
 * The engine decides at once, but nobody is told within the call that asks or releases: answers come later, as a server's do.
 * Invariants: only a state that is not `over` can end, so a second `release()` or a late `cancel()` moves nobody else's hold; and
 * only who was told of its grant can lose it: another one asks again.
 */
import { now } from '../../clock.js';
import type { Queued, Removable } from '../../wait-queue.js';
import type {
  DriverAttempt,
  DriverGrant,
  DriverRefusal,
  HolderInfo,
  HolderState,
  LossCause,
  PendingGrant,
  QueuePlace,
  ReleaseResult,
  WaiterState,
} from '../driver.js';
import type { MemoryEngine } from './memory-engine.js';

let attempts = 0;

export class MemoryAttempt implements PendingGrant, DriverGrant, Queued, Removable {
  readonly id = String(++attempts);
  readonly deadline = Number.POSITIVE_INFINITY;
  fencingToken = 0n;
  /** Its cell in the queue. */
  place = 0;
  readonly context: Removable = this;
  private state: 'asked' | 'waiting' | 'held' | 'over' = 'asked';
  private since = now();
  private info: HolderInfo;
  private outcome: ReleaseResult = 'lost';
  private cancelled = false;
  /** Whether it was told of its grant. */
  private told = false;

  constructor(
    private readonly engine: MemoryEngine,
    /** The driver that it came through. */
    readonly owner: object,
    readonly resource: string,
    readonly asked: DriverAttempt,
  ) {
    this.info = asked.info;
  }

  queue(place: QueuePlace): void {
    this.state = 'waiting';
    this.later(() => this.asked.queued?.(place));
  }

  grant(token: bigint): void {
    this.state = 'held';
    this.since = now();
    this.fencingToken = token;
    this.later(() => {
      if (this.told || this.state !== 'held') return;
      this.told = true;
      this.asked.granted(this);
    });
  }

  refuse(refusal: DriverRefusal): void {
    this.state = 'over';
    this.later(() => this.asked.refused(refusal));
  }

  /** The engine has taken it away. Who was not told of the grant yet loses nothing, and is still to have an answer. */
  lose(cause: LossCause): void {
    this.state = 'over';
    if (this.told) this.asked.lost?.({ cause });
    else if (cause === 'closed') this.refuse({ refused: 'closed' });
    else this.engine.join(this);
  }

  cancel(): void {
    this.cancelled = true;
    this.leave();
  }

  isValid(): boolean {
    return this.state === 'held';
  }

  describe(info: HolderInfo): void {
    this.info = info;
  }

  async release(): Promise<ReleaseResult> {
    if (this.state === 'held') {
      this.outcome = 'released';
      this.leave();
    }
    return this.outcome;
  }

  private leave(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.engine.leave(this);
  }

  /** Tells it after the call that has led to it, unless nobody wants to know any more. */
  private later(tell: () => void): void {
    queueMicrotask(() => {
      if (!this.cancelled) tell();
    });
  }

  /** What others are shown of the holder. */
  shown(): HolderState {
    return { ...this.shownWaiting(), fencingToken: this.fencingToken };
  }

  /** What others are shown of the waiter. */
  shownWaiting(): WaiterState & { readonly age: number } {
    return { ...this.info, id: this.id, age: now() - this.since };
  }
}
