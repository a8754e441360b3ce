/**
 * What the scripts do, said once more in TypeScript: plain values and loops, no commands, nothing saved. Simple enough to be
 * right by looking at it.
 */
import type {
  AcquireReply,
  AcquireRequest,
  InspectReply,
  OwnerReply,
  ReleaseReply,
  RenewReply,
  RenewRequest,
  ScriptSettings,
  TendReply,
  TendRequest,
  WaiterRecord,
  WakeMessage,
} from '../../../src/drivers/redis/protocol.js';
import { LOCK } from './script-stage.js';

interface Grant extends WaiterRecord {
  readonly token: number;
  readonly acquiredAt: number;
  began: number;
  /** '' when it was renewed, or not pushed. */
  pushedTo: string;
  released: boolean;
}

type Known = WaiterRecord & { readonly seen: number; readonly ttl: number; readonly channel: string };

/** What can get lost. */
export type Part = 'state' | 'queue' | 'waiters';

/** A server with one lock. */
export class ModelServer {
  us = 0;
  readonly deaf = new Set<string>();
  readonly wakes: (WakeMessage & { readonly channel: string })[] = [];
  private grant: Grant | undefined;
  private lastTicket: number | undefined;
  private lastReleased: string | undefined;
  private readonly tickets = new Map<string, number>();
  private readonly known = new Map<string, Known>();

  forget(part: Part): void {
    if (part === 'queue') this.tickets.clear();
    if (part === 'waiters') this.known.clear();
    if (part === 'state') this.grant = this.lastTicket = this.lastReleased = undefined;
  }

  private get now(): number {
    return Math.floor(this.us / 1_000);
  }

  private get token(): number {
    return this.grant?.token ?? 0;
  }

  private get leaseEnd(): number {
    return Math.min(this.grant!.began, this.now) + this.grant!.lease;
  }

  private get held(): boolean {
    return this.grant !== undefined && !this.grant.released && this.leaseEnd > this.now;
  }

  private get owner(): OwnerReply | undefined {
    if (!this.held) return undefined;
    const { id, token, acquiredAt, info } = this.grant!;
    return { id, token, leaseEnd: this.leaseEnd, acquiredAt, info };
  }

  private after(last: number): number {
    return Math.max(last + 1, this.us);
  }

  private looked(): void {
    if (this.held) this.grant!.began = Math.min(this.grant!.began, this.now);
  }

  private install(record: WaiterRecord, token: number, acquiredAt: number, pushedTo: string): void {
    const { id, lease, info } = record;
    this.grant = { id, lease, info, token, acquiredAt, began: this.now, pushedTo, released: false };
  }

  private line(): string[] {
    return [...this.tickets.keys()].sort((a, b) => this.tickets.get(a)! - this.tickets.get(b)! || (a < b ? -1 : 1));
  }

  private latest(): number {
    return this.lastTicket ?? Math.max(0, ...this.tickets.values());
  }

  private leave(id: string): boolean {
    this.known.delete(id);
    return this.tickets.delete(id);
  }

  private handOver(settings: ScriptSettings, suspect: string, since: number): boolean {
    for (const id of this.line()) {
      const waiter = this.known.get(id);
      this.leave(id);
      if (waiter === undefined || waiter.seen + waiter.ttl < this.now) continue;
      if (waiter.channel === suspect && waiter.seen <= since) continue;
      const deaf = this.deaf.has(waiter.channel);
      if (deaf && settings.countsReceivers) continue;
      this.install(
        { ...waiter, lease: Math.min(waiter.lease, settings.handoffLease) },
        this.after(this.token),
        this.now,
        waiter.channel,
      );
      const { channel } = waiter;
      if (!deaf)
        this.wakes.push({ channel, resource: LOCK, id, token: this.token, leaseEnd: this.leaseEnd, now: this.now });
      return true;
    }
    return false;
  }

  private takeOver(settings: ScriptSettings): void {
    const { grant } = this;
    const suspect = grant === undefined || grant.released ? '' : grant.pushedTo;
    this.handOver(settings, suspect, grant?.acquiredAt ?? 0);
  }

  private remember(record: WaiterRecord, { channel, waiterTtl: ttl }: ScriptSettings): void {
    const { id, lease, info } = record;
    this.known.set(id, { id, lease, info, channel, ttl, seen: this.now });
  }

  acquire(request: AcquireRequest, settings: ScriptSettings): AcquireReply {
    this.looked();
    const { id, wait, maxQueue } = request;
    if (!this.held) this.takeOver(settings);
    if (!this.held) this.install(request, this.after(this.token), this.now, '');
    const { now, owner } = this;
    if (owner!.id === id) return { type: 'granted', token: owner!.token, leaseEnd: owner!.leaseEnd, now };
    let ahead = this.line().indexOf(id);
    if (ahead < 0) {
      ahead = this.tickets.size;
      if (!wait) return { type: 'busy', ahead, owner, now };
      if (maxQueue >= 0 && ahead >= maxQueue) return { type: 'full', ahead, owner, now };
      this.lastTicket = this.after(this.latest());
      this.tickets.set(id, this.lastTicket);
      ahead = this.line().indexOf(id);
    }
    this.remember(request, settings);
    return { type: 'queued', ticket: this.tickets.get(id)!, ahead, owner, now };
  }

  release(id: string, settings: ScriptSettings): ReleaseReply {
    this.looked();
    if (this.grant !== undefined && !this.grant.released && this.grant.id === id) {
      this.lastReleased = id;
      if (!this.handOver(settings, '', 0)) this.grant.released = true;
      return 'released';
    }
    if (this.leave(id)) return 'cancelled';
    if (this.lastReleased === id) return 'released';
    if (this.grant === undefined) this.lastReleased = id;
    return 'lost';
  }

  renew({ id, token, lease, info }: RenewRequest): RenewReply {
    this.looked();
    const { now } = this;
    if (this.held && this.grant!.id === id && this.token === token) {
      this.grant = { ...this.grant!, began: now, lease, info, pushedTo: '' };
    } else if (this.token < token) {
      this.install({ id, lease, info }, token, Math.min(now, Math.floor(token / 1_000)), '');
      this.leave(id);
    } else return { type: 'refused', now };
    return { type: 'renewed', leaseEnd: this.leaseEnd, now };
  }

  tend({ waiters, knownOwner: known }: TendRequest, settings: ScriptSettings): TendReply {
    this.looked();
    if (
      known !== undefined &&
      known.token > this.token &&
      known.leaseEnd > this.now &&
      this.lastReleased !== known.id
    ) {
      this.install({ ...known, lease: known.leaseEnd - this.now }, known.token, known.acquiredAt, '');
      this.leave(known.id);
    }
    let latest = this.latest();
    for (const waiter of waiters) {
      if (this.owner?.id === waiter.id) continue;
      if (!this.tickets.has(waiter.id)) this.tickets.set(waiter.id, waiter.ticket);
      this.remember(waiter, settings);
      if (waiter.ticket > latest) latest = this.lastTicket = waiter.ticket;
    }
    if (!this.held) this.takeOver(settings);
    return { now: this.now, owner: this.owner, depth: this.tickets.size };
  }

  inspect(): InspectReply {
    const next = this.line()
      .slice(0, 10)
      .map((id) => ({ id, ticket: this.tickets.get(id)!, info: this.known.get(id)?.info ?? '{}' }));
    return { now: this.now, owner: this.owner, depth: this.tickets.size, next };
  }
}
