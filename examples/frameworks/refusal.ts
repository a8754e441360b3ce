/** What a client is told when it did not get its turn: the same on every framework, which only differ in how they say it. */
import { LockClosedError, LockEngineError, LockQueueFullError, LockTimeoutError } from 'lockmeter';

/** An answer of 503. */
export interface Refusal {
  readonly status: 503;
  readonly headers: { readonly 'Retry-After': string };
  readonly body: { readonly code: string; readonly message: string };
}

/** The answer to an error that means "come again", or `undefined` for any other error. */
export function refusal(error: unknown): Refusal | undefined {
  const kinds = [LockTimeoutError, LockQueueFullError, LockClosedError, LockEngineError];
  const comeAgain = kinds.find((kind) => error instanceof kind);
  if (comeAgain === undefined) return undefined;
  const { code, holderAge = 0, engineError } = error as LockTimeoutError;
  // A hold that has lasted this long may well last as long again. The header is whole seconds.
  const seconds = Math.max(1, Math.ceil(holderAge / 1e3));
  // Not the error's message: it names the holder and the key, which are for your logs.
  const why = engineError === undefined ? 'The resource is busy' : 'The service that keeps the locks is not available';
  const body = { code, message: `${why}. Try again later.` };
  return { status: 503, headers: { 'Retry-After': String(seconds) }, body };
}
