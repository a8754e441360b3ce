/**
 * Tells those who wait in other processes which span holds: they link to it from there.
 *
 * Invariant: nobody is told of a span that is dropped. Whether others are told at all is for the hold's manager to say.
 */
import type { SpanContext } from '@opentelemetry/api';
import type { Hold } from '../../hold.js';
import { isSampled } from './hold-chain.js';
import { traceparentOf } from './traceparent.js';

/** A hold that others can be told of; one in memory cannot. */
interface SharedHold extends Hold {
  share?(traceparent: string): void;
}

export function share(hold: SharedHold, span: SpanContext): void {
  if (hold.share !== undefined && isSampled(span)) hold.share(traceparentOf(span));
}
