/**
 * Where a lock lives in Redis, and where a process is woken.
 *
 * Invariant: the keys of one lock share one hash tag that is its own, whatever its name, so a cluster keeps them in one slot
 * and a script may touch them all; and two names never share a key.
 */

/** The keys of one lock. */
export interface LockKeys {
  /** Hash: who holds, the last token and the last ticket. Stays for a day after the last use. */
  readonly state: string;
  /** Sorted set: waiters by ticket. */
  readonly queue: string;
  /** Hash: what is known of each waiter. */
  readonly waiters: string;
  /** All of them, in the order in which scripts take them. */
  readonly all: readonly [state: string, queue: string, waiters: string];
}

// A brace would end the tag early, or begin it; white space parts the fields of a waiter's record, which has the channel.
const UNSAFE = /[%{}\p{Cc}]/gu;
const UNSAFE_IN_PREFIX = /[%{}\p{Cc}\s]/gu;

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The keys of the lock called `resource`. */
export function lockKeys(prefix: string, resource: string): LockKeys {
  // An empty tag is none. No name is encoded as a lone percent sign.
  const tag = resource.replace(UNSAFE, encode) || '%';
  const base = `${prefix.replace(UNSAFE_IN_PREFIX, encode)}:{${tag}}:`;
  const state = `${base}s`;
  const queue = `${base}q`;
  const waiters = `${base}w`;
  return { state, queue, waiters, all: [state, queue, waiters] };
}

/** The channel that a process listens to. */
export function wakeChannel(prefix: string, processId: string): string {
  return `${prefix.replace(UNSAFE_IN_PREFIX, encode)}:wake:${processId}`;
}
