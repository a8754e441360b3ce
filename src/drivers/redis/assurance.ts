/**
 * Making sure of a turn before anybody is told of it, where that is needed: the lease is prolonged if it is nearly over or cannot be
 * counted, because a clock was set or this process stood still; and replicas are waited for, if that is wanted.
 *
 * Invariants: what is given back as sure is a lease that the server has confirmed; nothing here rejects; and replicas are
 * waited for only after a write of this connection's own, for the server knows of no other.
 */
import type { LeaseDeadline } from '../lease-deadline.js';
import { leaseMargin } from '../lease-deadline.js';
import { quietly } from '../quiet.js';
import { asError } from './failures.js';
import type { RedisEngine } from './redis-engine.js';
import { deadlineOf, type ServerSample } from './server-sample.js';

/** A turn: what was granted, to whom, and what is known of the server's clock. */
export interface Turn {
  readonly resource: string;
  readonly id: string;
  /** JSON. */
  readonly info: string;
  readonly token: number;
  /** On the server's clock. */
  readonly leaseEnd: number;
  readonly sample: ServerSample;
  /** The connection that wrote the grant; `undefined` if that was another process's, or may have been an earlier one. */
  readonly written: number | undefined;
  /** Whether the sample speaks of the clock by which the lease was made. */
  readonly fits: boolean;
}

/** What became of it. `passed`: it is not its turn any more. `unsure`: nobody knows. `thin`: too few replicas have it. */
export type Assured =
  | { readonly type: 'sure'; readonly lease: LeaseDeadline }
  | { readonly type: 'passed'; readonly sample: ServerSample }
  | { readonly type: 'unsure' | 'thin'; readonly error: Error };

/** The lease, if nothing has to be asked. */
export function plainlySure(engine: RedisEngine, { leaseEnd, sample, fits }: Turn): LeaseDeadline | undefined {
  if (!fits || engine.replicas !== undefined) return undefined;
  const lease = deadlineOf(leaseEnd, sample);
  return isWorthwhile(engine, lease) ? lease : undefined;
}

/** Asks what has to be asked. */
export async function assure(engine: RedisEngine, turn: Turn): Promise<Assured> {
  const { resource, id, info, token } = turn;
  let lease = deadlineOf(turn.leaseEnd, turn.sample);
  let { written } = turn;
  if (!turn.fits || written === undefined || !isWorthwhile(engine, lease)) {
    const request = { id, info, token, lease: engine.settings.lease };
    try {
      const { reply, sent, epoch } = await quietly(() => engine.requests.renew(resource, request));
      const sample = { sent, now: reply.now };
      if (reply.type === 'refused') return { type: 'passed', sample };
      lease = deadlineOf(reply.leaseEnd, sample);
      written = epoch;
    } catch (reason) {
      return { type: 'unsure', error: asError(reason) };
    }
  }
  const error = await engine.replicas?.have(resource, written);
  return error === undefined ? { type: 'sure', lease } : { type: 'thin', error };
}

/** Whether enough is left for a renewal in time: half of a hand-off lease. */
function isWorthwhile({ clock, settings: { handoffLease } }: RedisEngine, lease: LeaseDeadline): boolean {
  return lease.left(clock) >= handoffLease / 2 - leaseMargin(handoffLease);
}
