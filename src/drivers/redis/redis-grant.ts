/**
 * The possession of a lock: from the grant to its release or its loss, with all that keeps it in between.
 *
 *     held ──> released
 *       └────> lost (told once: by the clock, by the server, by close)
 *
 * Invariants: it is believed in only until its local deadline, and whoever asks is answered by the clock, so no code of this
 * process goes on after a stall without knowing; a renewal that is refused, or comes too late, ends it; and whatever ends it, the
 * server is told, so that the next waiter need not wait for the lease to run out.
 */
import { type Due, NOWHERE } from '../agenda.js';
import type { DriverAttempt, DriverGrant, HolderInfo, LossCause, ReleaseResult } from '../driver.js';
import type { LeaseDeadline } from '../lease-deadline.js';
import { quietly } from '../quiet.js';
import { backOff } from './failures.js';
import type { RenewReply } from './protocol.js';
import type { RedisEngine } from './redis-engine.js';
import type { Answered } from './requests.js';
import { deadlineOf } from './server-sample.js';

/** The longest pause (ms) between two tries of one renewal. */
const LONGEST_PAUSE = 500;

export class RedisGrant implements DriverGrant, Due {
  at = 0;
  place = NOWHERE;
  private renewAt: number;
  private renewing = false;
  private failures = 0;
  private lastError: Error | undefined;
  private outdated = false;
  private over: Promise<ReleaseResult> | undefined;
  private readonly longest: number;

  constructor(
    private readonly engine: RedisEngine,
    private readonly attempt: DriverAttempt,
    readonly resource: string,
    readonly id: string,
    private readonly token: number,
    private info: string,
    private lease: LeaseDeadline,
    /** When the lease was given, on the monotonic clock: a turn that was pushed is younger than what its lease is counted from. */
    begun: number,
  ) {
    this.longest = engine.clock.monotonic() + engine.settings.maxHold;
    this.renewAt = this.nextRenewal(begun);
    engine.held.set(id, this);
    this.plan();
  }

  get fencingToken(): bigint {
    return BigInt(this.token);
  }

  get deadline(): number {
    return Math.min(this.lease.at, this.longest);
  }

  isValid(): boolean {
    if (this.over !== undefined) return false;
    const cause = this.overdue();
    if (cause !== undefined) this.lose(cause);
    return cause === undefined;
  }

  describe(info: HolderInfo): void {
    this.info = this.engine.identity.describe(info);
    if (this.over !== undefined) return;
    this.outdated = true;
    this.renewAt = 0;
    this.plan();
  }

  release(): Promise<ReleaseResult> {
    if (this.over === undefined && this.isValid()) {
      this.end(
        this.engine.farewells
          .say(this.resource, this.id, this.kept())
          .then((reply) => (reply === undefined ? 'unknown' : reply === 'released' ? 'released' : 'lost')),
      );
    }
    return this.over!;
  }

  due(): void {
    if (!this.isValid()) return;
    if (!this.renewing && this.engine.reachable && this.renewAt <= this.engine.clock.monotonic()) this.renew();
    this.plan();
  }

  /** There is a connection again: the server may have forgotten, or somebody may wait for the lease to run out. */
  resume(): void {
    if (!this.isValid()) return;
    if (!this.renewing) this.renew();
    this.plan();
  }

  /** The driver is closed. */
  close(): void {
    if (this.isValid()) this.lose('closed');
  }

  private renew(): void {
    this.renewing = true;
    this.outdated = false;
    const { id, token, info, engine } = this;
    const request = { id, token, info, lease: engine.settings.lease };
    quietly(() => engine.requests.renew(this.resource, request)).then(
      (answered) => this.answered(answered),
      (error: Error) => this.failed(error),
    );
  }

  private answered({ reply, sent }: Answered<RenewReply>): void {
    this.renewing = false;
    if (!this.isValid()) return;
    if (reply.type === 'refused') return void this.lose('taken');
    this.failures = 0;
    this.lastError = undefined;
    this.lease = deadlineOf(reply.leaseEnd, { sent, now: reply.now });
    this.renewAt = this.outdated ? 0 : this.nextRenewal(this.lease.sent.monotonic);
    this.plan();
    this.attempt.renewed?.('ok');
  }

  private failed(error: Error): void {
    this.renewing = false;
    if (this.over !== undefined) return;
    this.lastError = error;
    this.renewAt = this.engine.clock.monotonic() + backOff(++this.failures, LONGEST_PAUSE);
    this.plan();
    this.attempt.renewed?.('error');
  }

  /**
   * At a third of what is left, a tenth earlier or later, so that processes do not keep step with one another; within this one
   * on a grid, so that many holds are renewed together.
   */
  private nextRenewal(from: number): number {
    const third = (this.lease.at - from) / 3;
    const grid = third / 10;
    return Math.floor((from + third * (0.9 + Math.random() / 5)) / grid) * grid;
  }

  /** Its next event: the renewal, unless that is under way or cannot be sent, or its end. */
  private plan(): void {
    const waiting = this.renewing || !this.engine.reachable;
    this.engine.agenda.set(this, waiting ? this.deadline : Math.min(this.renewAt, this.deadline));
  }

  private overdue(): LossCause | undefined {
    if (this.engine.clock.monotonic() >= this.longest) return 'max-hold';
    return this.lease.left(this.engine.clock) <= 0 ? 'lease-deadline' : undefined;
  }

  /** Until when the server may keep it, on the monotonic clock: a renewal may have arrived whose answer did not. */
  private kept(): number {
    return this.engine.clock.monotonic() + this.engine.settings.lease;
  }

  private lose(cause: LossCause): void {
    const { engine, lease } = this;
    const length = lease.at - lease.sent.monotonic;
    const lateness = engine.agenda.lateness(length);
    const stalled = cause === 'lease-deadline' && lateness > length / 10 ? lateness : undefined;
    this.end(Promise.resolve('lost'));
    if (cause !== 'taken') void quietly(() => engine.farewells.say(this.resource, this.id, this.kept()));
    this.attempt.lost?.({ cause, stalled, error: this.lastError });
  }

  private end(result: Promise<ReleaseResult>): void {
    this.over = result;
    this.engine.agenda.remove(this);
    this.engine.held.delete(this.id);
    this.engine.lines.left(this.resource, this.id);
  }
}
