/**
 * What is published of one attempt, from the request to the release.
 *
 * Invariants: everything is published in the async context of whoever made the attempt, although the grant happens in the
 * previous holder's; and each message only while its own channel is heard.
 */
import { AsyncResource } from 'node:async_hooks';
import type { BackendResult } from '../../backend-stats.js';
import type { QueuePlace } from '../../drivers/driver.js';
import { processName } from '../../drivers/this-process.js';
import type { LockLostError } from '../../errors.js';
import type { Hold } from '../../hold.js';
import type { AttemptObserver, LockAttempt } from '../../observer.js';
import { processWide } from '../../process-wide.js';
import type { Outcome } from '../../stats.js';
import {
  type ChannelAttempt,
  HOLD,
  LEASE,
  publish,
  RELEASE,
  REQUEST,
  type RequestMessage,
  WAIT,
  type WaitContext,
} from './channels.js';
import { Operation } from './operation.js';

/** The attempt behind each hold, for those who wait behind it. */
const ids = new WeakMap<Hold, number>();

export class PublishedAttempt implements AttemptObserver {
  private readonly id = ++processWide.published;
  private readonly caller = new AsyncResource('lockmeter.attempt');
  private wait: Operation<object> | undefined;
  private hold: Operation<object> | undefined;
  private contended: boolean;
  private waited = 0;
  private error: unknown;

  constructor(private readonly attempt: LockAttempt) {
    publish(REQUEST.start, () => this.request({}));
    this.contended = attempt.contended;
    if (this.contended) this.startWait();
  }

  queued(place: QueuePlace): void {
    if (this.contended) return;
    this.contended = true;
    this.say(() => this.startWait(place));
  }

  granted(hold: Hold): void {
    const { contended } = this;
    const { waited } = hold;
    this.waited = waited;
    if (WAIT.hasSubscribers) ids.set(hold, this.id);
    this.wait?.settle({ outcome: 'acquired' });
    this.say(() => publish(REQUEST.grant, () => this.request({ contended, waited })));
  }

  failed(outcome: Outcome, error: unknown): void {
    this.wait?.settle(error === undefined ? { outcome } : { outcome, error });
    this.say(() => {
      if (outcome === 'busy') publish(REQUEST.miss, () => this.request({}));
      publish(REQUEST.end, () => this.request({ outcome, error }));
    });
  }

  body<T>(run: () => T): T {
    if (!HOLD.hasSubscribers) return run();
    const { contended, waited } = this;
    const { lock } = this.attempt;
    this.hold = new Operation(HOLD, this.about({ lock, contended, waited }));
    return this.hold.trace(run);
  }

  threw(error: unknown): void {
    this.error = error;
    this.hold?.settle({ error });
  }

  renewed(result: BackendResult): void {
    const { lock } = this.attempt;
    this.say(() => publish(LEASE.renewed, () => this.about({ lock, result })));
  }

  lost(error: LockLostError): void {
    const { lock } = this.attempt;
    const { reason, held, stalled } = error;
    this.error = error;
    this.say(() => publish(LEASE.lost, () => this.about({ lock, reason, held, stalled, error })));
  }

  released(queueDepth: number, held: number): void {
    const { lock } = this.attempt;
    const { error } = this;
    this.hold?.settle({});
    this.say(() => {
      publish(RELEASE, () => this.about({ lock, held, queueDepth }));
      publish(REQUEST.end, () => this.request({ outcome: 'acquired', error }));
    });
  }

  private startWait(place?: QueuePlace): void {
    if (!WAIT.hasSubscribers) return;
    const { lock, queueDepth, blocker } = this.attempt;
    const blockedBy = blocker && ids.get(blocker);
    const found = place === undefined ? { queueDepth, holder: blocker?.label } : foundAt(place);
    this.wait = new Operation(WAIT, this.about({ lock, holderProcess: undefined, blockedBy, ...found }));
    this.wait.begin(() => undefined);
  }

  private say(what: () => void): void {
    this.caller.runInAsyncScope(what);
  }

  private request<T extends object>(more: T): RequestMessage & T {
    return this.about({ name: this.attempt.lock, mode: 'exclusive' as const, ...more });
  }

  /** Not by a spread: adding to one takes V8 microseconds. */
  private about<T extends object>(more: T): ChannelAttempt & T {
    const { backend, key, label } = this.attempt;
    return Object.assign({ id: this.id, backend, key, label }, more);
  }
}

function foundAt({
  ahead: queueDepth,
  holder,
}: QueuePlace): Pick<WaitContext, 'queueDepth' | 'holder' | 'holderProcess'> {
  return { queueDepth, holder: holder?.label, holderProcess: holder && processName(holder) };
}
