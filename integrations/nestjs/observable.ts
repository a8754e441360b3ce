/**
 * Observables under a lock. An Observable is a recipe: nothing happens until somebody subscribes, and nobody may ever do.
 * Holding from the method's return would then hold for ever, so the lock is taken on *subscribe* and given back on
 * *teardown*.
 *
 * Invariants: without a subscription there is no hold; a subscription that ends, in whichever way, leaves the queue or
 * releases; and the source has been torn down before the lock is released.
 */
import { finalize, Observable, tap, throwError } from 'rxjs';

export { isObservable } from 'rxjs';

/** Runs `body` under a lock, unless `left` aborts while it waits. */
export type RunUnderLock = (body: () => Promise<void>, left: AbortSignal) => Promise<void>;

/** An Observable that, for each of its subscriptions, queues by means of `run` and then subscribes to `source`. */
export function observeUnderLock<T>(source: Observable<T>, run: RunUnderLock): Observable<T> {
  return new Observable((subscriber) => {
    const subscription = new AbortController();
    const body = (): Promise<void> =>
      new Promise((ended, failed) => {
        source.pipe(tap({ error: failed }), finalize(ended)).subscribe(subscriber);
      });
    // An error of the source has reached the subscriber by now, and one after an unsubscribe has nobody to reach: only a
    // refusal by the lock is news to it.
    run(body, subscription.signal).catch((error: unknown) => subscriber.error(error));
    return () => subscription.abort();
  });
}

/** How an exception filter answers a microservice: it must return an Observable that fails, not throw. */
export function answerWithError(error: object): Observable<never> {
  return throwError(() => error);
}
