/**
 * The errors of the connections: each names the server and what is wrong with it.
 *
 * Invariant: no password gets into them. Clients attach the command that failed to an error, and AUTH is a command.
 */
import { isNativeError } from 'node:util/types';

/** `NOSCRIPT No matching script`, and not `Connection is closed.` */
const SERVERS_WORDS = /^[A-Z][A-Z\d]+( |$)/;

/** What was thrown as an error without the command, which may be a password, that some clients attach. */
export function plainError(thrown: unknown): Error {
  // Where a test runner has globals of its own, the errors of sockets are of no class that is known there.
  if (!(thrown instanceof Error || isNativeError(thrown))) return new Error(String(thrown));
  if (!('command' in thrown)) return thrown;
  const plain = new Error(thrown.message);
  plain.name = thrown.name;
  return plain;
}

/** A command could not be sent in time. */
export function unreachable(address: string, cause: Error | undefined): Error {
  const why = cause === undefined ? 'the connection is not made yet' : saidBy(cause);
  return new Error(`Redis at ${address} cannot be reached: ${why}`, { cause });
}

/** A command was sent, and nothing came back in time. */
export function unanswered(address: string, command: string, timeout: number): Error {
  return new Error(`Redis at ${address} did not answer ${command} within ${timeout} ms`);
}

/** A command failed: the server's own words as they are, for its codes mean something; a client's with the address. */
export function failed(address: string, error: Error): Error {
  if (SERVERS_WORDS.test(error.message)) return error;
  return new Error(`the connection to Redis at ${address} was lost: ${saidBy(error)}`, { cause: error });
}

/** A connection was not made, or did not work, in time. */
export function notConnected(timeout: number, cause: Error | undefined): Error {
  const why = cause === undefined ? '' : `: ${saidBy(cause)}`;
  return new Error(`no connection within ${timeout} ms${why}`, { cause });
}

export function closed(address: string): Error {
  return new Error(`the connections to Redis at ${address} are closed`);
}

/** Errors for several addresses of one name have no message of their own. */
function saidBy(error: Error): string {
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map((each) => saidBy(plainError(each))).join(', ');
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
