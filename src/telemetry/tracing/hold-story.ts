/**
 * What happened to a hold, kept until its span ends: the span may be made only then.
 *
 * Invariant: what the body threw after its lock was lost does not replace the loss.
 */
import type { Attributes, Span } from '@opentelemetry/api';
import type { BackendResult } from '../../backend-stats.js';
import type { LockLostError } from '../../errors.js';
import { ATTRIBUTES, EVENTS } from '../names.js';
import { setError } from './lock-span.js';

export class HoldStory {
  private failure: { readonly error: unknown } | undefined;
  private loss: { readonly error: LockLostError; readonly time: number } | undefined;
  private renewals = 0;

  threw(error: unknown): void {
    this.failure = { error };
  }

  renewed(result: BackendResult): void {
    if (result === 'ok') this.renewals++;
  }

  lost(error: LockLostError): void {
    this.loss = { error, time: Date.now() };
    this.failure = this.loss;
  }

  /** @param queueDepth Those who waited for its end. */
  tell(span: Span, queueDepth: number): void {
    const { failure, loss, renewals } = this;
    if (renewals > 0) span.setAttribute(ATTRIBUTES.leaseRenewals, renewals);
    if (loss !== undefined) span.addEvent(EVENTS.leaseLost, why(loss.error), loss.time);
    if (failure !== undefined) setError(span, failure.error);
    if (queueDepth > 0) span.addEvent(EVENTS.queueObserved, { [ATTRIBUTES.queueDepth]: queueDepth });
  }
}

function why({ reason, stalled }: LockLostError): Attributes {
  const attributes: Attributes = { [ATTRIBUTES.reason]: reason };
  if (stalled !== undefined) attributes[ATTRIBUTES.leaseStall] = stalled / 1e3;
  return attributes;
}
