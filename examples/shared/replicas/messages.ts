/**
 * What a shop's processes tell each other: the order that a replica is started with, and its reports.
 *
 * Invariant: all of it is plain JSON.
 */
import type { LockHealth, Snapshot } from 'lockmeter';
import type { ShopSettings } from '../settings.js';
import type { SpanRecord } from '../span-record.js';

/** The variable of the environment that has the order in it. */
export const ORDER = 'LOCKMETER_SHOP_REPLICA';

/** What a replica is to be. */
export interface ReplicaOrder {
  /** From 1. */
  number: number;
  /** 0 lets the system choose. */
  port: number;
  settings: Omit<ShopSettings, 'locks'>;
  /** Where the locks are; `undefined` for each replica's own, which are as many locks. */
  redis: string | undefined;
}

/** How it stands with a replica. */
export interface ReplicaState {
  snapshot: Snapshot;
  /** How it stands with where the locks are. */
  engine: LockHealth['state'];
}

/** What a replica tells the process that started it. */
export type ReplicaMessage =
  | { type: 'open'; port: number }
  | { type: 'failed'; message: string }
  | { type: 'news'; line: string }
  | { type: 'report'; state: ReplicaState; spans: SpanRecord[] };

/** What it is told: to serve those who are in, and end. A replica whose parent has gone does so, too. */
export const CLOSE = 'close';
