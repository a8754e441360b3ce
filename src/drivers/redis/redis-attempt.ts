/**
 * One attempt to get a lock, from the question to the grant:
 *
 *     unasked ──> asked ──> waiting ──> confirming ──> over (granted, refused, failed, cancelled)
 *        ^          │          ^            │
 *        └──────────┘          └────────────┘
 *      no answer: again     too late: back to its place
 *
 * Invariants: it is asked with one id for ever, so asking again is harmless; it is over once, whichever of the push, the sign of
 * life, the caller and the driver's end comes first; and whoever is over without the grant, but may be known to the server, says
 * farewell.
 */
import { type Due, NOWHERE } from '../agenda.js';
import type { DriverAttempt, DriverRefusal, HolderState, PendingGrant } from '../driver.js';
import type { LeaseDeadline } from '../lease-deadline.js';
import { type Assured, assure, plainlySure, type Turn } from './assurance.js';
import { placeOf } from './describe-state.js';
import { backOff, mayPass } from './failures.js';
import type { AcquireReply, OwnerReply, WakeMessage } from './protocol.js';
import type { RedisEngine } from './redis-engine.js';
import { RedisGrant } from './redis-grant.js';
import type { Answered } from './requests.js';
import { fitsSample, type ServerSample } from './server-sample.js';

type State = 'unasked' | 'asked' | 'waiting' | 'confirming' | 'over';

export class RedisAttempt implements PendingGrant, Due {
  at = 0;
  place = NOWHERE;
  id: string;
  readonly info: string;
  ticket = 0;
  private state: State = 'unasked';
  /** Whether the server may know it. */
  private known = false;
  /** Whether it may have known it before it was asked last: what it grants then may have been granted, and written, long ago. */
  private repeated = false;
  /** How many were ahead of it in the queue, at most, when its caller was told last. */
  private ahead: number | undefined = undefined;
  private failures = 0;
  /** Its turn, if that was told before the server's answer to the question: they come by different connections. */
  private early: WakeMessage | undefined = undefined;
  private grant: RedisGrant | undefined = undefined;

  constructor(
    private readonly engine: RedisEngine,
    readonly resource: string,
    private readonly attempt: DriverAttempt,
  ) {
    this.id = engine.identity.next();
    this.info = engine.identity.describe(attempt.info);
  }

  /** Asks, if it was not asked yet, or not answered. */
  ask(): void {
    if (this.state !== 'unasked') return;
    const { engine, id, info, attempt } = this;
    // Nobody has an answer within the call that asks.
    if (!attempt.wait && !engine.reachable) return void queueMicrotask(() => this.fail(engine.unreachable()));
    const admitted = engine.admittedAt();
    if (admitted > engine.clock.monotonic()) {
      // When that is not known yet, it soon will be.
      if (!attempt.wait && admitted !== Infinity) queueMicrotask(() => this.refuse({ refused: 'busy' }));
      else engine.agenda.set(this, admitted);
      return;
    }
    engine.agenda.remove(this);
    this.state = 'asked';
    this.repeated = this.known;
    this.known = true;
    const maxQueue = attempt.maxQueue === undefined || attempt.maxQueue === Infinity ? -1 : attempt.maxQueue;
    engine.asking(1);
    engine.requests
      .acquire(this.resource, { id, info, maxQueue, wait: attempt.wait, lease: engine.settings.lease })
      .then(
        (answered) => this.answered(answered),
        (error: Error) => this.unanswered(error),
      );
  }

  due(): void {
    this.ask();
  }

  cancel(): void {
    if (this.grant !== undefined) void this.grant.release();
    else this.finish();
  }

  /** The driver is closed. */
  close(): void {
    this.refuse({ refused: 'closed' });
  }

  /** It will never be granted. */
  fail(error: Error): void {
    if (this.finish()) this.attempt.failed(error);
  }

  /** Pushed: it is its turn. */
  woken(message: WakeMessage): void {
    if (this.state === 'asked') {
      this.early = message;
      return;
    }
    const sample = this.engine.lines.get(this.resource)?.sample;
    if (this.state !== 'waiting' || sample === undefined) return;
    const { token, leaseEnd, now } = message;
    this.engine.lines.handedTo(this, token, leaseEnd, now);
    this.settle(token, leaseEnd, sample, fitsSample(now, sample, this.engine.clock));
  }

  /** Who holds, and how many are ahead at most, as far as the server said. */
  stands(holder: HolderState | undefined, ahead: number): void {
    if (this.state !== 'waiting') return;
    this.ahead = Math.min(ahead, this.ahead ?? ahead);
    this.attempt.queued?.({ ahead: this.ahead, holder });
  }

  /** Found out: it is its turn. */
  turn({ token, leaseEnd }: OwnerReply, sample: ServerSample): void {
    if (this.state === 'waiting') this.settle(token, leaseEnd, sample, true);
  }

  private answered({ reply, sent, epoch }: Answered<AcquireReply>): void {
    this.engine.asking(-1);
    this.failures = 0;
    const sample = { sent, now: reply.now };
    if (this.state === 'over') {
      if (reply.type === 'granted' || reply.type === 'queued') this.leave();
    } else if (reply.type === 'granted') {
      this.settle(reply.token, reply.leaseEnd, sample, true, this.repeated ? undefined : epoch);
    } else if (reply.type === 'queued') this.queue(reply, sample);
    else {
      this.known = false;
      this.refuse({ refused: reply.type, place: placeOf(reply) });
    }
  }

  private refuse(refusal: DriverRefusal): void {
    if (this.finish()) this.attempt.refused(refusal);
  }

  private unanswered(error: Error): void {
    this.engine.asking(-1);
    if (this.state === 'over') return void this.leave(true);
    this.state = 'unasked';
    if (this.attempt.wait && mayPass(error)) this.again();
    else this.fail(error);
  }

  private queue(reply: AcquireReply & { type: 'queued' }, sample: ServerSample): void {
    this.state = 'waiting';
    this.ticket = reply.ticket;
    this.engine.lines.join(this, reply.owner, sample);
    if (this.ahead === undefined) this.stands(placeOf(reply).holder, reply.ahead);
    const { early } = this;
    this.early = undefined;
    if (early !== undefined) this.woken(early);
  }

  /**
   * The lock is its own.
   *
   * @param written By which connection that was written, if this process has done so and knows it.
   */
  private settle(token: number, leaseEnd: number, sample: ServerSample, fits: boolean, written?: number): void {
    const { engine, resource, id, info } = this;
    const pushed = this.state === 'waiting';
    const turn: Turn = { resource, id, info, token, leaseEnd, sample, written, fits };
    if (pushed) engine.lines.leave(this);
    this.state = 'confirming';
    const lease = plainlySure(engine, turn);
    if (lease !== undefined) this.give(token, lease, pushed ? engine.clock.monotonic() : lease.sent.monotonic);
    else void assure(engine, turn).then((assured) => this.assured(turn, assured));
  }

  private assured({ token, sample }: Turn, assured: Assured): void {
    if (this.state === 'over') return;
    if (assured.type === 'sure') this.give(token, assured.lease, assured.lease.sent.monotonic);
    else if (assured.type === 'passed') this.back(assured.sample);
    else if (!mayPass(assured.error)) this.fail(assured.error);
    else if (assured.type === 'unsure') this.back(sample);
    else {
      // A release that is late must not end the next try, so that has a name of its own.
      this.leave();
      this.rename();
      if (this.attempt.wait) this.again();
      else this.fail(assured.error);
    }
  }

  private rename(): void {
    const { attempts, identity } = this.engine;
    attempts.delete(this.id);
    this.id = identity.next();
    this.known = false;
    this.ticket = 0;
    attempts.set(this.id, this);
  }

  private give(token: number, lease: LeaseDeadline, begun: number): void {
    this.known = false;
    if (!this.finish()) return;
    const { engine, attempt, resource, id, info } = this;
    this.grant = new RedisGrant(engine, attempt, resource, id, token, info, lease, begun);
    this.attempt.granted(this.grant);
  }

  /** Its turn has passed, or that is not known: it takes its place in the queue again, or asks again if it never had one. */
  private back(sample: ServerSample): void {
    if (this.ticket === 0) return void this.again();
    const { lines } = this.engine;
    this.state = 'waiting';
    lines.join(this, lines.get(this.resource)?.owner, sample);
    lines.get(this.resource)!.look(backOff(++this.failures));
  }

  private again(): void {
    this.state = 'unasked';
    // If it is true, the next answer says so too.
    this.early = undefined;
    this.engine.agenda.set(this, this.engine.clock.monotonic() + backOff(++this.failures));
  }

  /** Whether it was not over yet. */
  private finish(): boolean {
    const { state, engine } = this;
    if (state === 'over') return false;
    this.state = 'over';
    engine.attempts.delete(this.id);
    engine.agenda.remove(this);
    if (state === 'waiting') engine.lines.leave(this);
    // While it is being asked the farewell waits for the answer: the other way round it would be put in the queue for good.
    // When it was not answered the farewell may come first all the same.
    if (this.known && state !== 'asked') this.leave(state === 'unasked');
    return true;
  }

  private leave(early = false): void {
    const { engine } = this;
    const { lease, waiterTtl } = engine.settings;
    void engine.farewells.say(this.resource, this.id, engine.clock.monotonic() + Math.max(lease, waiterTtl), early);
  }
}
