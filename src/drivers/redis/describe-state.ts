/**
 * The replies of the server in the words of the driver contract: tokens as bigints, times as ages, and what others have said of
 * themselves, read with care.
 */
import type { DriverState, HolderState, QueuePlace } from '../driver.js';
import { readInfo } from './process-identity.js';
import type { InspectReply, OwnerReply } from './protocol.js';

export function placeOf({
  ahead,
  owner,
  now,
}: {
  ahead: number;
  owner: OwnerReply | undefined;
  now: number;
}): QueuePlace {
  return { ahead, holder: holderOf(owner, now) };
}

export function stateOf({ owner, depth, next, now }: InspectReply): DriverState {
  return {
    locked: owner !== undefined,
    queueDepth: depth,
    holder: holderOf(owner, now),
    next: next.map(({ id, ticket, info }) => ({ ...readInfo(info), id, age: Math.max(0, now - ticket / 1_000) })),
  };
}

function holderOf(owner: OwnerReply | undefined, now: number): HolderState | undefined {
  if (owner === undefined) return undefined;
  const { leaseEnd, acquiredAt } = owner;
  const { id, fencingToken } = identityOf(owner);
  const { label, host, pid, traceparent } = readInfo(owner.info);
  const age = Math.max(0, now - acquiredAt);
  const leaseLeft = Math.max(0, leaseEnd - now);
  // Written out: every waiter has one, and what is made by spreading has a shape of its own each time.
  return { label, host, pid, traceparent, id, fencingToken, age, leaseLeft };
}

/** Whoever was told of last: all waiters of a lock are told the same holder, and keep it. */
let last = { id: '', token: 0, fencingToken: 0n };

function identityOf({ id, token }: OwnerReply): { readonly id: string; readonly fencingToken: bigint } {
  if (id !== last.id || token !== last.token) last = { id, token, fencingToken: BigInt(token) };
  return last;
}
