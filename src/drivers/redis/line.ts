/**
 * The waiters that this process has for one lock, and what it last heard of the lock. They cost the server nothing but one sign
 * of life for all of them, now and then; it also brings back what the server has lost, takes the lock over when its lease
 * has run out, and finds the grant whose wake-up was lost.
 *
 * Invariants: while there is a connection a line with waiters is in the agenda or has a sign of life under way, and without one it
 * waits for it; waiters keep the tickets they got; and an attempt that is granted or gone is in no line.
 */
import { type Due, NOWHERE } from '../agenda.js';
import { elapsed } from '../driver-clock.js';
import { quietly } from '../quiet.js';
import { placeOf } from './describe-state.js';
import { backOff, mayPass } from './failures.js';
import type { OwnerReply, TendReply } from './protocol.js';
import type { RedisAttempt } from './redis-attempt.js';
import type { RedisEngine } from './redis-engine.js';
import type { Answered } from './requests.js';
import type { ServerSample } from './server-sample.js';

/** While nothing can be heard, milliseconds between two looks whether it is our turn. */
const DEAF_PAUSE = 250;

/** How long (ms) a wake-up may be on its way, at least, before it counts as lost. */
const WAKE_TRAVELS = 100;

/** The most waiters (about a millisecond of the server's time) that one request is for: others want to be served in between. */
const TOGETHER = 500;

/** After the end of somebody's lease: the processes that wait for it do not all come in the same millisecond. */
const SPREAD = 30;

export class Line implements Due {
  at = 0;
  place = NOWHERE;
  readonly waiters = new Map<string, RedisAttempt>();
  /** Who holds, as far as was heard; brought back if the server forgets. */
  owner: OwnerReply | undefined;
  /** Of the server's clock. */
  sample: ServerSample | undefined;
  private tending = false;
  private failures = 0;

  constructor(
    private readonly engine: RedisEngine,
    readonly resource: string,
  ) {}

  heard(owner: OwnerReply | undefined, sample: ServerSample): void {
    this.owner = owner;
    this.sample = sample;
  }

  due(): void {
    if (this.engine.reachable) this.tend();
  }

  /** Sends the sign of life, unless one is under way. */
  tend(): void {
    if (this.tending || this.waiters.size === 0) return;
    this.tending = true;
    this.engine.agenda.remove(this);
    this.send(this.inOrder());
  }

  /** Whoever came back to its place stands last in the map. */
  private inOrder(): RedisAttempt[] {
    return Array.from(this.waiters.values()).sort((a, b) => a.ticket - b.ticket);
  }

  private send(round: readonly RedisAttempt[]): void {
    const { requests, settings } = this.engine;
    const { lease } = settings;
    const waiters = round.slice(0, TOGETHER).map(({ id, ticket, info }) => ({ id, ticket, info, lease }));
    quietly(() => requests.tend(this.resource, { waiters, knownOwner: this.owner })).then(
      (answered) => this.answered(answered, round.slice(TOGETHER)),
      (error: Error) => this.failed(error),
    );
  }

  /** Puts the next sign of life on the agenda. */
  plan(): void {
    const { agenda, clock, reachable } = this.engine;
    if (this.tending || this.waiters.size === 0 || !reachable) return void agenda.remove(this);
    const now = clock.monotonic();
    if (this.failures > 0) agenda.set(this, now + backOff(this.failures));
    else agenda.set(this, Math.max(now + 1, Math.min(now + this.pause(), this.leaseEnd())));
  }

  /** Looks in `delay` ms. */
  look(delay: number): void {
    if (!this.tending) this.engine.agenda.set(this, this.engine.clock.monotonic() + delay);
  }

  private pause(): number {
    const { settings, hearing } = this.engine;
    // Whoever is handed the lock and does not come delays it by one hand-off lease, if that is noticed in time.
    const pause = Math.min(settings.waiterTtl / 3, settings.handoffLease);
    return hearing ? pause : Math.min(pause, DEAF_PAUSE);
  }

  /** When the lease of the one who holds runs out if it is not renewed, on the monotonic clock. */
  private leaseEnd(): number {
    if (this.owner === undefined || this.sample === undefined) return Infinity;
    return this.sample.sent.monotonic + this.owner.leaseEnd - this.sample.now + 1 + Math.random() * SPREAD;
  }

  /** @param rest Those whose sign of life is still to be sent. Whoever has left since must not be brought back. */
  private answered({ reply, sent }: Answered<TendReply>, rest: readonly RedisAttempt[]): void {
    this.failures = 0;
    const sample = { sent, now: reply.now };
    this.heard(reply.owner, sample);
    if (reply.owner !== undefined) this.find(reply.owner, sample);
    const next = rest.filter(({ id }) => this.waiters.has(id));
    if (next.length > 0) return void this.send(next);
    this.tending = false;
    this.tellPlaces(reply);
    this.plan();
  }

  /** Who holds has changed, perhaps, since the waiters were told. */
  private tellPlaces({ owner, depth, now }: TendReply): void {
    let { size: behind } = this.waiters;
    const { holder } = placeOf({ ahead: 0, owner, now });
    for (const attempt of this.inOrder()) attempt.stands(holder, Math.max(0, depth - behind--));
  }

  /** Is it one of ours? Then it is its turn, whether its wake-up comes or not. */
  private find(owner: OwnerReply, sample: ServerSample): void {
    const attempt = this.waiters.get(owner.id);
    if (attempt === undefined) return void this.engine.disown(this.resource, owner.id);
    // On a slow network it may need as long as this answer did.
    const travel = Math.max(WAKE_TRAVELS, elapsed(sample.sent, this.engine.clock));
    const late = sample.now - owner.acquiredAt > travel;
    if (late || (!this.engine.hearing && sample.now !== owner.acquiredAt)) this.engine.missedWake(this.resource);
    attempt.turn(owner, sample);
  }

  private failed(error: Error): void {
    this.tending = false;
    this.failures++;
    if (mayPass(error)) return void this.plan();
    for (const attempt of this.waiters.values()) attempt.fail(error);
  }
}
