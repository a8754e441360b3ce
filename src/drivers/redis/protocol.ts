/**
 * What the scripts are asked and what they answer, as types: the one place where both sides of the wire meet.
 *
 * Times are milliseconds on the server's clock, and lengths of time in milliseconds; tokens and tickets are microseconds since the
 * epoch on the server's clock, made to grow, and exact in a number until the year 2255.
 */

/** Who holds, as far as the server knows. */
export interface OwnerReply {
  readonly id: string;
  readonly token: number;
  readonly leaseEnd: number;
  /** When it was granted. */
  readonly acquiredAt: number;
  /** JSON, as its attempt gave it. */
  readonly info: string;
}

/** A waiter's record: what the server needs to grant it the lock later. */
export interface WaiterRecord {
  readonly id: string;
  /** The lease it wants. */
  readonly lease: number;
  /** JSON. */
  readonly info: string;
}

/** What each script is told about the deployment and the process that asks. */
export interface ScriptSettings {
  /** The channel that this process listens to. */
  readonly channel: string;
  /** The lease of a grant that is pushed to a waiter, until its first renewal. */
  readonly handoffLease: number;
  /** How long a waiter is believed in after its last sign of life. */
  readonly waiterTtl: number;
  /** Whether PUBLISH says how many heard it: in a cluster it counts on one node only. */
  readonly countsReceivers: boolean;
}

export interface AcquireRequest extends WaiterRecord {
  /** Whether to queue if it is held. */
  readonly wait: boolean;
  /** -1 for any length. */
  readonly maxQueue: number;
}

export type AcquireReply =
  | { readonly type: 'granted'; readonly token: number; readonly leaseEnd: number; readonly now: number }
  | {
      readonly type: 'queued';
      readonly ticket: number;
      /** Waiters ahead. */
      readonly ahead: number;
      /** `undefined` when nobody is known to hold: the one whose turn it is has not come yet. */
      readonly owner: OwnerReply | undefined;
      readonly now: number;
    }
  | {
      readonly type: 'busy' | 'full';
      /** Waiters there are. */
      readonly ahead: number;
      readonly owner: OwnerReply | undefined;
      readonly now: number;
    };

/** `cancelled`: it was a waiter. `lost`: it was neither holder nor waiter. */
export type ReleaseReply = 'released' | 'cancelled' | 'lost';

export interface RenewRequest {
  readonly id: string;
  readonly lease: number;
  readonly token: number;
  /** JSON; it is stored if it differs. */
  readonly info: string;
}

export type RenewReply =
  | { readonly type: 'renewed'; readonly leaseEnd: number; readonly now: number }
  /** Somebody else holds, or held since, or it was expired. */
  | { readonly type: 'refused'; readonly now: number };

export interface TendRequest {
  /** All waiters that this process has for the lock, in the order of their tickets. */
  readonly waiters: readonly (WaiterRecord & { readonly ticket: number })[];
  /** The holder that this process last heard of, for the case that the server has forgotten everything. */
  readonly knownOwner: OwnerReply | undefined;
}

export interface TendReply {
  readonly now: number;
  /** Who holds after the tending. It may be one of the waiters: then this is its grant. */
  readonly owner: OwnerReply | undefined;
  /** Waiters, the holder not counted. */
  readonly depth: number;
}

export interface InspectReply {
  readonly now: number;
  readonly owner: OwnerReply | undefined;
  readonly depth: number;
  /** The first ten, in the order of their turns. */
  readonly next: readonly { readonly id: string; readonly ticket: number; readonly info: string }[];
}

/** What a release pushes to the process whose waiter it made the holder. */
export interface WakeMessage {
  readonly resource: string;
  readonly id: string;
  readonly token: number;
  readonly leaseEnd: number;
  readonly now: number;
}
