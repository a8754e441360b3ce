/**
 * A link: what a client library calls a client, with one life. It connects once, works, and is gone; that it is replaced is
 * the business of `KeptLink`, the same for every library, whose own ways to come back differ in all that matters here.
 *
 * Invariants: a link tells of its end, unless it was ended from outside, and never before its maker has it; what was asked of it and not answered
 * is rejected then; and after `end()` nothing of it, no socket and no timer, keeps the process alive.
 */

/** One connection, or one to each node of a cluster. */
export interface Link {
  /** Sends a command, to the node that has `key` where there are several. Rejects when there is no connection. */
  send(args: readonly string[], key?: string): Promise<unknown>;
  /** Resolves when the server has confirmed that the channel is listened to. */
  subscribe(channel: string, hear: (text: string) => void): Promise<unknown>;
  end(): void;
}

/** What becomes of a link. */
export interface LinkEvents {
  /** It is connected. Called once at most. */
  up(): void;
  /** A part of it is gone. The rest may be used until there is another link. */
  shaken(error: Error): void;
  /** It is gone. What it tells later is of no interest. */
  gone(error: Error): void;
}

/** Makes a link; it may be called any number of times. */
export type OpenLink = (events: LinkEvents) => Link;

/** Where to connect to, and by which library: what a user's client is turned into. */
export interface Deployment {
  /** `host:port`, of the first node where there are several. */
  readonly address: string;
  readonly cluster: boolean;
  /** The number of the database, for a library that goes on with another one when the server refuses it. */
  readonly database?: number;
  readonly commands: OpenLink;
  /** A link that subscribes and does nothing else. */
  readonly listening: OpenLink;
}
