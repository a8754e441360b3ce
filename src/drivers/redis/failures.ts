/**
 * What a failed request means: whether it may go well when it is sent again, and when.
 *
 * Invariant: what is not known is tried again, for a lock that gives up by mistake is worse than one that asks in vain; only
 * what the server refuses for reasons that waiting does not mend is final.
 */

/** The server cannot now, but may soon: it starts, fails over, moves slots, runs a script, is full. */
const PASSING =
  /\b(READONLY|LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|BUSY|NOREPLICAS|MISCONF|OOM|MOVED|ASK|max number of clients)\b/;

/** It will not: no such user, no such right, no such command, somebody else's data under our keys. */
const FINAL = /^(ERR|WRONGTYPE|NOPERM|WRONGPASS|NOAUTH|DENIED|CROSSSLOT|NOPROTO)\b/;

const FIRST_DELAY = 25;
const LONGEST_DELAY = 1_000;

export function mayPass(error: Error): boolean {
  // A mistake in code, here or in a client, is not mended by waiting.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) return false;
  return PASSING.test(error.message) || !FINAL.test(error.message);
}

/** Milliseconds until the next try after this many failures in a row: doubling, and not the same for all. */
export function backOff(failures: number, longest = LONGEST_DELAY): number {
  const delay = Math.min(longest, FIRST_DELAY * 2 ** Math.min(failures - 1, 10));
  return delay * (0.75 + Math.random() / 2);
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
