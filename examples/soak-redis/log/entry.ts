/**
 * What happened, as the referee writes it down: by the clients, who tell it as they do it, and by whoever disturbs
 * them.
 *
 * Times are milliseconds on the machine's clock, stamped where the thing happened. Tokens are exact as numbers.
 */

/** What a client did, or was told. */
export type ClientEntry = {
  readonly at: number;
  readonly process: string;
  /** Which attempt, within the process. */
  readonly attempt: string;
  readonly lock: string;
} & (
  | { readonly type: 'invoke' }
  /** The engine said that it stands in the queue. */
  | { readonly type: 'queued' }
  /** The engine's answer has arrived. */
  | ({ readonly type: 'granted'; readonly token: number } & Deadline)
  /** The critical section begins. */
  | ({ readonly type: 'enter'; readonly token: number } & Deadline)
  | ({ readonly type: 'write'; readonly token: number } & Deadline)
  /** The client was told that it holds no more. */
  | ({ readonly type: 'lost'; readonly cause: string; readonly stalled?: number } & Deadline)
  /** The critical section is over; the release comes after this. */
  | ({ readonly type: 'leave' } & Deadline)
  /** How the release went. */
  | { readonly type: 'released' }
  /** There was no grant. `expected`: the attempt had given a limit, and reached it. */
  | { readonly type: 'failed'; readonly reason: string; readonly expected: boolean }
);

/**
 * Until when the client believes itself to be the holder, unless it renews; left out by clients that know of no leases.
 */
interface Deadline {
  readonly deadline?: number;
}

/** What else a client's process has to say. */
export type ProcessEntry = {
  readonly at: number;
  readonly process: string;
} & (
  | { readonly type: 'hello' }
  /** No attempt is under way any more, and none will be. */
  | { readonly type: 'finished' }
  /** A waiter learned of its turn by asking. */
  | { readonly type: 'missed-wake' }
  /** A warning, or an error that nobody handled. */
  | { readonly type: 'complaint'; readonly text: string }
  /** What the engine says of a lock. */
  | { readonly type: 'inspected'; readonly lock: string; readonly locked: boolean; readonly depth: number }
);

/** What was done to them. */
export type FaultEntry = {
  readonly at: number;
} /** From `at` to `until` a process, or every one, could not work or not reach the engine as it should. */ & (
  | { readonly type: 'disturbed'; readonly process?: string; readonly until: number; readonly what: string }
  /** The engine may have forgotten what it knew, at some moment from `at` to `until`. */
  | { readonly type: 'state-lost'; readonly until: number; readonly what: string }
  | { readonly type: 'killed'; readonly process: string }
  /** A process ended by itself. */
  | { readonly type: 'ended'; readonly process: string; readonly code: number | null; readonly text: string }
  /** From here on nothing is disturbed any more. */
  | { readonly type: 'healed' }
  /** What is left in the engine at the end. */
  | { readonly type: 'remains'; readonly keys: readonly string[] }
);

/** What the fenced resource made of a write, noted in the order in which writes came in. */
export interface JudgedEntry {
  readonly type: 'judged';
  readonly at: number;
  readonly process: string;
  readonly attempt: string;
  readonly lock: string;
  readonly token: number;
  readonly accepted: boolean;
}

/** A line of the log. */
export type Entry = ClientEntry | ProcessEntry | FaultEntry | JudgedEntry;

/** The lines of one kind. */
export type EntryOf<T extends Entry['type']> = Extract<Entry, { readonly type: T }>;

/** All lines of one kind, in their order. */
export function entriesOf<T extends Entry['type']>(log: readonly Entry[], type: T): EntryOf<T>[] {
  return log.filter((entry): entry is EntryOf<T> => entry.type === type);
}
