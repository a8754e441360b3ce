/**
 * Observables under a lock. An Observable is a recipe: nothing happens until somebody subscribes, and nobody may ever do.
 * Holding from the method's return would then hold for ever, so the lock is taken on *subscribe* and given back on
 * *teardown*.
 *
 * Invariants: without a subscription there is no hold; a subscription that ends, in whichever way, leaves the queue or
 * releases; the source has been torn down before the lock is released; and none outlives its lock: when that is lost, it fails.
 */
import { finalize, fromEvent, map, merge, Observable, share, takeUntil, tap, throwError } from 'rxjs';
import type { Held } from './under-lock.js';

export { isObservable } from 'rxjs';

/** Runs `body` under a lock, unless `left` aborts while it waits. */
export type RunUnderLock = (body: (held: Held) => Promise<void>, left: AbortSignal) => Promise<void>;

/**
 * An Observable that, for each of its subscriptions, queues by means of `run` and then subscribes to `source`. It leaves the
 * queue when it is unsubscribed, or when `signal` aborts; it fails with `LockLostError` when its lock is lost.
 */
export function observeUnderLock<T>(
  source: Observable<T>,
  signal: AbortSignal | undefined,
  run: RunUnderLock,
): Observable<T> {
  return new Observable((subscriber) => {
    const subscription = new AbortController();
    const body = (held: Held): Promise<void> =>
      new Promise((ended, failed) => {
        source.pipe(takeUntil(lossOf(held)), tap({ error: failed }), finalize(ended)).subscribe(subscriber);
      });
    const unlink = link(signal, subscription);
    // An error of the source has reached the subscriber by now, and one after an unsubscribe has nobody to reach: only a
    // refusal by the lock is news to it.
    run(body, subscription.signal)
      .catch((error: unknown) => subscriber.error(error))
      .finally(unlink);
    return () => subscription.abort();
  });
}

/** Fails when a hold is lost, which only one with a lease can be. */
function lossOf(held: Held): Observable<never> {
  const leased = [held].flat().filter(({ fencingToken }) => fencingToken !== undefined);
  return merge(...leased.map(({ signal }) => failureOf(signal)));
}

function failureOf(signal: AbortSignal): Observable<never> {
  const fail = (): never => {
    throw signal.reason;
  };
  return signal.aborted ? throwError(() => signal.reason) : abortOf(signal).pipe(map(fail));
}

/** Passes an abort on. Not `AbortSignal.any()`: on Node 20 it leaves something behind on a long-lived signal each time. */
function link(signal: AbortSignal | undefined, subscription: AbortController): () => void {
  if (signal === undefined) return () => {};
  const pass = (): void => subscription.abort(signal.reason);
  if (signal.aborted) pass();
  const passing = abortOf(signal).subscribe(pass);
  return () => passing.unsubscribe();
}

const aborts = new WeakMap<AbortSignal, Observable<unknown>>();

/** The abort of a signal, with one listener on it for all who await it: Node warns of a leak at the eleventh. */
function abortOf(signal: AbortSignal): Observable<unknown> {
  const known = aborts.get(signal);
  if (known !== undefined) return known;
  const abort = fromEvent(signal, 'abort').pipe(share());
  aborts.set(signal, abort);
  return abort;
}
