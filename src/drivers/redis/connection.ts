/**
 * What the driver needs of a Redis client, whichever library it is: one connection for commands and one that listens.
 *
 * Invariants: a reply is a string, a number, `null` or an array of these, whatever the protocol version and the client's own
 * mapping; a command settles within its timeout, also while there is no connection; and the clients never emit an 'error'
 * that nobody hears.
 */

/** A reply: bulk and simple strings as strings, integers as numbers, nil as `null`. */
export type RedisReply = string | number | null | RedisReply[];

/** A Lua script, with the digest that Redis knows it by. */
export interface RedisScript {
  /** For messages. */
  readonly name: string;
  readonly source: string;
  /** SHA-1 of the source, in hex. */
  readonly sha1: string;
}

/** What becomes of the two connections. */
export interface RedisConnectionEvents {
  /** Both work: commands are answered, and the channel is heard. Comes again after each time that one was lost. */
  ready(): void;
  /**
   * Commands are answered, but the channel is not heard yet. Like `ready`, it comes before the commands that waited for the
   * connection are sent.
   */
  answering?(): void;
  /** One of them is lost; the client tries to have it back. `commands`: it is the one for commands. */
  lost(error: Error, commands: boolean): void;
  /** A message on the channel. */
  message(text: string): void;
}

/** Two connections to one deployment. */
export interface RedisConnections {
  /** `host:port`, of the first node where there are several. For messages. */
  readonly address: string;
  /** Whether keys are spread over several primaries. */
  readonly cluster: boolean;
  /**
   * Which connection for commands this is, the first or a later one; of those to the nodes of a cluster, which set of them.
   * Replicas are asked for what *one* has written.
   */
  readonly epoch: number;
  /**
   * Runs a script by its digest, and by its source where Redis does not have it yet. Rejects with the client's error, or after
   * the command timeout; the script may have run all the same.
   *
   * @param keys Keys of one hash slot.
   */
  run(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<RedisReply>;
  /** Sends any other command, to some node where there are several. */
  command(name: string, args: readonly string[]): Promise<RedisReply>;
  /** The same for the node that has this key. */
  commandAt(key: string, name: string, args: readonly string[]): Promise<RedisReply>;
  /** Closes both, and only these. Never rejects. */
  close(): Promise<void>;
}

/** How to connect. */
export interface RedisConnectionOptions {
  /** The channel to listen to. */
  readonly channel: string;
  /** Milliseconds that a command may take. */
  readonly commandTimeout: number;
}
