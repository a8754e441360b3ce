/**
 * An attempt at the toy engine, from asking to the end of its hold; wrong where the engine is to be.
 */
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
} from 'lockmeter';
import type { ToyDriver } from './toy-driver.js';
import type { ToyEngine } from './toy-engine.js';

let attempts = 0;

export class ToyAttempt implements PendingGrant, DriverGrant {
  readonly id = `toy-${++attempts}`;
  readonly sent = performance.now();
  fencingToken = 0n;
  deadline = Number.POSITIVE_INFINITY;
  state: 'asked' | 'held' | 'released' | 'lost' | 'gone' = 'asked';
  queuedAt = 0;
  private since = performance.now();
  private told = false;
  private answered = false;
  private place: QueuePlace | undefined;
  private info: HolderInfo;
  private renewing: NodeJS.Timeout | undefined;
  private readonly engine: ToyEngine;

  constructor(
    readonly driver: ToyDriver,
    readonly resource: string,
    readonly asked: DriverAttempt,
  ) {
    this.engine = driver.engine;
    this.info = asked.info;
  }

  /** Answers, once, after the call that has led to it. */
  settle(answer: DriverGrant | DriverRefusal): void {
    const { engine, asked } = this;
    if (this.answered && !engine.has('an attempt is answered twice')) return;
    this.answered = true;
    const tell = (): void => {
      if (this.state === 'gone' && !engine.has('a cancelled attempt is answered')) return;
      engine.telling++;
      if ('refused' in answer) asked.refused(answer);
      else asked.granted(answer);
      engine.telling--;
      if (engine.has('an attempt is answered twice')) asked.granted(this);
      const { place } = this;
      if (engine.has('it is told too late that it is queued') && place) setImmediate(() => asked.queued?.(place));
    };
    if (engine.has('the answer comes within the call')) tell();
    else queueMicrotask(tell);
  }

  inLine(ahead: number, holder: ToyAttempt | undefined): void {
    const { engine, asked } = this;
    this.queuedAt = performance.now();
    const shown = engine.has('the holder is not shown to waiters') ? undefined : holder?.shown();
    const place = { ahead: ahead + (engine.has('the place counts the holder') ? 1 : 0), holder: shown };
    if (engine.has('nobody is told that it is queued')) return;
    if (this.state !== 'gone') asked.queued?.(place);
    this.told = true;
    this.place = place;
  }

  granted(token: bigint): void {
    const { engine } = this;
    this.since = performance.now();
    this.state = this.state === 'gone' ? 'gone' : 'held';
    this.fencingToken = engine.has('the token is a number') ? (Number(token) as never) : token;
    if (engine.lease !== undefined) this.startLease(engine.lease);
    if (engine.has('the deadline is past')) this.deadline = 0;
    this.settle(this);
    const stays =
      engine.has('a cancelled waiter stays in line') ||
      engine.has('one cancel of fifty is ignored') ||
      engine.has('a cancel in the tick of the release is ignored');
    if (this.state === 'gone' && !stays && !engine.has('a cut forgets cancels'))
      this.driver.wire(() => engine.leave(this));
  }

  private startLease(lease: number): void {
    const late = this.engine.has('the deadline counts from the answer') ? performance.now() + 1e3 : 0;
    this.deadline = Math.max(late, (this.queuedAt === 0 ? this.sent : performance.now()) + lease);
    const renew = (): void => {
      if (!this.isValid()) return;
      if (this.engine.has('leases are not renewed')) return;
      this.deadline = performance.now() + lease;
      if (!this.engine.has('renewals are not told')) this.asked.renewed?.('ok');
    };
    this.renewing = setInterval(renew, lease / 3).unref();
  }

  lose(cause: LossCause): void {
    if (this.state !== 'held') {
      const late = this.engine.has('a loss is told after the release') && this.state === 'released';
      if (late) this.asked.lost?.({ cause });
      return;
    }
    clearInterval(this.renewing);
    this.state = 'lost';
    const untold = cause === 'closed' ? 'close() does not tell holders' : 'a loss is not told';
    if (!this.engine.has(untold)) this.asked.lost?.({ cause });
  }

  isValid(): boolean {
    const { engine } = this;
    if (engine.has('a grant is not valid')) return false;
    if (engine.has('a grant is valid after its release') && this.state === 'released') return true;
    if (engine.has('a grant is valid after its loss') && this.state === 'lost') return true;
    const over = performance.now() >= this.deadline && !engine.has('only timers look at the deadline');
    if (this.state === 'held' && over) {
      this.lose('lease-deadline');
      this.driver.wire(() => engine.pass(this.resource, this));
    }
    return this.state === 'held';
  }

  describe(info: HolderInfo): void {
    if (!this.engine.has('a description is ignored')) this.info = info;
  }

  cancel(): void {
    const { engine } = this;
    const ignored =
      (engine.has('a cancel that comes first is ignored') && this.state === 'asked' && !this.told) ||
      (engine.has('a cancel after the answer is ignored') && this.state === 'held') ||
      (engine.has('a cancel before the place is known is ignored') && !this.told) ||
      (engine.has('a cancel in the tick of the grant is ignored') && engine.releasing > 0);
    if (ignored) return;
    if (this.state === 'lost' || this.state === 'released') {
      if (!engine.has('a cancel frees whoever holds')) return;
    }
    clearInterval(this.renewing);
    this.state = 'gone';
    const slow = engine.has('a cancel in the tick of the release is ignored');
    if (slow)
      this.driver.wire(() => this.driver.wire(() => this !== engine.row(this.resource).holder && engine.leave(this)));
    else this.driver.wire(() => engine.leave(this), true);
  }

  async release(): Promise<ReleaseResult> {
    const { engine, driver, resource } = this;
    const { holder } = engine.row(resource);
    if (driver.closed && engine.has('a release after close() does not end')) return new Promise(() => {});
    if (this.state === 'lost') {
      if (engine.has('a release after the loss rejects')) throw new Error('not held');
      if (engine.has('a release after the loss frees whoever holds') && holder) engine.pass(resource, holder);
      return 'lost';
    }
    if (this.state !== 'held') {
      if (engine.has('a second release frees whoever holds') && holder) engine.pass(resource, holder);
      const twice = engine.has('two releases in a tick pass two turns on');
      if (twice) driver.wire(() => engine.next(engine.row(resource)));
      return this.state === 'released' ? 'released' : 'lost';
    }
    clearInterval(this.renewing);
    this.state = 'released';
    if (engine.has('a release does nothing')) return 'released';
    engine.releasing++;
    await driver.request('release', () => engine.pass(resource, this));
    engine.releasing--;
    return 'released';
  }

  shown(): HolderState {
    const { id, fencingToken, engine } = this;
    const leaseLeft = engine.lease === undefined ? undefined : Math.max(0, this.deadline - performance.now());
    return { ...engine.infoShown(this.info), id, fencingToken, age: performance.now() - this.since, leaseLeft };
  }
}
