/**
 * One operation on a tracing channel, told in the order of the platform's `tracePromise`, but from beside it: the promise
 * that the caller gets is the one it would get if nobody listened.
 *
 *     start · [body] · (error ·) end          then, unless the body threw at once:   (error ·) asyncStart · asyncEnd
 *
 * A store that is bound to `start` has its value in the body, across its awaits, and in every event.
 *
 * Invariants: `asyncStart` and `asyncEnd` come once, after `end`. The context object is only written here, never read, so
 * subscribers may do with it what they like.
 */
import { AsyncResource } from 'node:async_hooks';
import type { TracingChannel } from 'node:diagnostics_channel';

/** `pending`: a promise says when it is over. */
type State = 'running' | 'pending' | 'ended' | 'over';

export class Operation<C extends object> {
  private state: State = 'running';
  private scope: AsyncResource | undefined;
  private early: object | undefined;

  constructor(
    private readonly channel: TracingChannel<unknown, C>,
    private readonly context: C,
  ) {}

  /** Runs the synchronous part. Whoever began it says when it is over. */
  begin<T>(body: () => T): T {
    const value = this.channel.start.runStores(this.context, () => this.run(body));
    this.state = 'ended';
    return value;
  }

  /** Runs `body`, and is over when what that returns is. In its place comes a promise that settles alike, after the events. */
  trace<T>(body: () => T): T {
    const value = this.begin(body);
    if (!isForeign(value)) return this.follow(Promise.resolve(value)) as T;
    if (this.early !== undefined) this.settle(this.early);
    return value;
  }

  /** It is over, with these fields in its context; unless a promise says when. */
  settle(fields: object): void {
    if (this.state === 'running') this.early = fields;
    if (this.state === 'ended') this.over(fields);
  }

  private run<T>(body: () => T): T {
    this.scope = new AsyncResource('lockmeter.operation');
    const { channel, context } = this;
    try {
      return body();
    } catch (error) {
      this.state = 'over';
      Object.assign(context, { error });
      channel.error.publish(context);
      throw error;
    } finally {
      channel.end.publish(context);
    }
  }

  private follow<V>(promise: Promise<V>): Promise<V> {
    this.state = 'pending';
    const onValue = (result: V): V => {
      this.over({ result });
      return result;
    };
    const onReason = (error: unknown): never => {
      this.over({ error });
      throw error;
    };
    return Promise.prototype.then.call(promise, onValue as never, onReason) as Promise<V>;
  }

  private over(fields: object): void {
    const { channel, context } = this;
    this.state = 'over';
    Object.assign(context, fields);
    this.scope?.runInAsyncScope(() => {
      if ('error' in fields) channel.error.publish(context);
      channel.asyncStart.publish(context);
      channel.asyncEnd.publish(context);
    });
  }
}

/** A thenable of a kind of its own. Its `then` is for the lock to call: a query builder would query twice. */
function isForeign(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  if (value instanceof Promise) return value.constructor !== Promise;
  return typeof (value as { then?: unknown }).then === 'function';
}
