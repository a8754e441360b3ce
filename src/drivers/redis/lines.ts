/**
 * The lines of this process, one for each lock that somebody here waits for.
 *
 * Invariant: a lock that nobody here waits for has none.
 */
import { Line } from './line.js';
import type { OwnerReply } from './protocol.js';
import type { RedisAttempt } from './redis-attempt.js';
import type { RedisEngine } from './redis-engine.js';
import type { ServerSample } from './server-sample.js';

export class Lines {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly engine: RedisEngine) {}

  get(resource: string): Line | undefined {
    return this.lines.get(resource);
  }

  /** The attempt waits from now on. `owner` is who holds, and `sample` is of the reply that said so. */
  join(attempt: RedisAttempt, owner: OwnerReply | undefined, sample: ServerSample): void {
    let line = this.lines.get(attempt.resource);
    if (line === undefined) {
      line = new Line(this.engine, attempt.resource);
      this.lines.set(attempt.resource, line);
    }
    line.waiters.set(attempt.id, attempt);
    line.heard(owner, sample);
    line.plan();
  }

  /** The attempt waits no more. */
  leave(attempt: RedisAttempt): void {
    const line = this.lines.get(attempt.resource);
    if (line === undefined || !line.waiters.delete(attempt.id) || line.waiters.size > 0) return;
    this.lines.delete(attempt.resource);
    line.plan();
  }

  /** One that waited here has got it. */
  handedTo({ id, info, resource }: RedisAttempt, token: number, leaseEnd: number, acquiredAt: number): void {
    const line = this.lines.get(resource);
    if (line !== undefined) line.owner = { id, token, leaseEnd, acquiredAt, info };
  }

  /** Somebody here does not hold it any more: then it must not be brought back. */
  left(resource: string, id: string): void {
    const line = this.lines.get(resource);
    if (line?.owner?.id === id) line.owner = undefined;
  }

  /** All of them at once: something may have been missed. */
  tend(): void {
    for (const line of this.lines.values()) line.tend();
  }

  /** Plans all of them anew: what can be heard has changed. */
  plan(): void {
    for (const line of this.lines.values()) line.plan();
  }
}
