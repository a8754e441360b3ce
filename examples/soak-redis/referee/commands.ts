/**
 * What a client is told at its start, and what it can be told later.
 */

/** Where the engine is, and how it is reached. Ports are those of 127.0.0.1. */
export type Engine =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'sentinel'; readonly sentinels: readonly number[]; readonly name: string }
  | { readonly kind: 'cluster'; readonly ports: readonly number[] };

/** What a client is. Times in milliseconds. */
export interface ClientSettings {
  /** What it is called in the log. */
  readonly process: string;
  /** The referee's port. */
  readonly referee: number;
  readonly engine: Engine;
  /** Options of the driver. */
  readonly driver: { readonly lease: number; readonly handoffLease: number; readonly waiterTtl: number };
  /** Whether it stops working when it is told that the lock is lost. */
  readonly heedsLoss: boolean;
  /**
   * Whether it knows of leases at all: if not, it says nothing of deadlines and losses, as if its holds were for ever.
   */
  readonly knowsLeases: boolean;
}

/** One attempt. Times in milliseconds. */
export interface AttemptCommand {
  readonly do: 'attempt';
  readonly attempt: string;
  readonly lock: string;
  /** How long it waits. Default: for ever. */
  readonly timeout?: number;
  /** How long it stays inside. Default: until it is told to leave. */
  readonly stay?: number;
  /** The time between two writes. Default: 10. */
  readonly pace?: number;
}

/** Attempts without end, drawn from a seed. */
export interface LoopCommand {
  readonly do: 'loop';
  readonly seed: number;
  readonly locks: readonly string[];
  /** How many run beside each other. */
  readonly loops: number;
}

export type Command =
  | AttemptCommand
  | LoopCommand
  | { readonly do: 'leave'; readonly attempt: string }
  /** Blocks the event loop for so many milliseconds. */
  | { readonly do: 'stall'; readonly time: number }
  /** No new attempts; says `finished` when those under way are over. */
  | { readonly do: 'finish' }
  | { readonly do: 'inspect'; readonly lock: string }
  /** Finish, close the driver, and end when nothing keeps the process. */
  | { readonly do: 'close' }
  /** What came of a write. */
  | { readonly do: 'judged'; readonly write: number; readonly accepted: boolean };
