/**
 * What a refusal by a lock is to whoever is outside, whatever the framework: which errors are one, and what they are told.
 *
 * Invariants: a text names no lock, key, holder, engine or address, which are for the operator; and an outage of the engine is
 * never said to be the fault of those who ask.
 */
import {
  LockClosedError,
  LockEngineError,
  type LockError,
  LockQueueFullError,
  LockTimeoutError,
} from '../src/index.js';

/** Those that mean "come again". A deadlock does not: it is a mistake of the application, and its error handlers' business. */
export const REFUSALS = [LockTimeoutError, LockQueueFullError, LockClosedError, LockEngineError] as const;

/** Whether it is one of {@link REFUSALS}. */
export function isRefusal(error: unknown): error is LockError {
  return REFUSALS.some((kind) => error instanceof kind);
}

/** Whether the lock was not to be had because its engine did not answer, or not to us: nobody knows whether it was free. */
export function isOutage(error: LockError): boolean {
  if (error instanceof LockEngineError) return true;
  if (!(error instanceof LockTimeoutError)) return false;
  // An attempt that does not wait ends with the engine's answer.
  return error.untold === true || (error.engineError !== undefined && error.timeout !== 0);
}

/** What is wrong when it is not that others were faster; such a refusal is always a 503. */
export function outOfService(error: LockError): string | undefined {
  if (error instanceof LockClosedError) return 'The server is shutting down. Try again later.';
  if (isOutage(error)) return 'The service that keeps the locks is not available. Try again later.';
  return undefined;
}
