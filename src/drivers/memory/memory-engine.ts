/**
 * The engine of the memory driver: who holds each resource, and who waits for it.
 *
 * Invariants: a resource is known only while somebody holds it; the end of a hold makes the first waiter the holder in the same
 * step, so that nobody ever waits for a free one; and a token is larger than every token before, whatever the resource.
 */
import { WaitQueue } from '../../wait-queue.js';
import type { DriverState, LossCause } from '../driver.js';
import type { MemoryAttempt } from './memory-attempt.js';

interface Line {
  holder: MemoryAttempt;
  readonly waiters: WaitQueue<MemoryAttempt>;
}

const SHOWN_WAITERS = 10;
const FREE: DriverState = { locked: false, queueDepth: 0, holder: undefined, next: [] };

export class MemoryEngine {
  private readonly lines = new Map<string, Line>();
  private lastToken = 0n;

  /** Grants it the resource, lets it queue, or refuses it. */
  join(attempt: MemoryAttempt): void {
    const line = this.lines.get(attempt.resource);
    if (line === undefined) {
      this.lines.set(attempt.resource, { holder: attempt, waiters: new WaitQueue() });
      attempt.grant(++this.lastToken);
      return;
    }
    const { wait, maxQueue } = attempt.asked;
    const place = { ahead: line.waiters.size, holder: line.holder.shown() };
    if (!wait) attempt.refuse({ refused: 'busy', place });
    else if (maxQueue !== undefined && place.ahead >= maxQueue) attempt.refuse({ refused: 'full', place });
    else {
      line.waiters.push(attempt);
      attempt.queue(place);
    }
  }

  /** It holds, or waits, no more. */
  leave(attempt: MemoryAttempt): void {
    const line = this.lines.get(attempt.resource)!;
    if (line.holder === attempt) this.handOver(attempt.resource, line);
    else line.waiters.remove(attempt.place);
  }

  takeAway(resource: string): void {
    const line = this.lines.get(resource);
    if (line !== undefined) this.take(line, 'taken');
  }

  /** Sends away everybody who came through `owner`: waiters first, lest a hold be given to one of them. */
  dismiss(owner: object): void {
    for (const { waiters } of this.lines.values()) {
      for (const waiter of [...waiters]) {
        if (waiter.owner !== owner) continue;
        waiters.remove(waiter.place);
        waiter.refuse({ refused: 'closed' });
      }
    }
    for (const line of [...this.lines.values()]) {
      if (line.holder.owner === owner && line.holder.isValid()) this.take(line, 'closed');
    }
  }

  inspect(resource: string): DriverState {
    const line = this.lines.get(resource);
    if (line === undefined) return FREE;
    const next = [...line.waiters].slice(0, SHOWN_WAITERS).map((waiter) => waiter.shownWaiting());
    return { locked: true, queueDepth: line.waiters.size, holder: line.holder.shown(), next };
  }

  /** Whoever is told may do anything, also to this lock, and finds it handed over. */
  private take(line: Line, cause: LossCause): void {
    const { holder } = line;
    this.handOver(holder.resource, line);
    holder.lose(cause);
  }

  private handOver(resource: string, line: Line): void {
    if (line.waiters.size === 0) {
      this.lines.delete(resource);
      return;
    }
    line.holder = line.waiters.shift();
    line.holder.grant(++this.lastToken);
  }
}
