/**
 * Hand-made traces. Times in milliseconds.
 */
import type { SpanRecord, TraceRecord } from '../../examples/shared/span-record.js';

/** A span of `traceId`, from `start` to `end`, under `parentId`. */
export function span(
  traceId: string,
  spanId: string,
  name: string,
  [start, end]: [start: number, end: number],
  more: Partial<SpanRecord> = {},
): SpanRecord {
  return { traceId, spanId, name, start, end, parentId: undefined, attributes: {}, blockedBy: undefined, ...more };
}

/** The request that held the lock for four seconds. */
export const HOLDER: TraceRecord = {
  traceId: 'aaaaaaaaaaaaaaaa',
  spans: [
    span('aaaaaaaaaaaaaaaa', 'a-hold', 'lock.hold /checkout', [1_000, 5_000], { parentId: 'a-root' }),
    span('aaaaaaaaaaaaaaaa', 'a-root', 'POST /checkout', [1_000, 5_000], { attributes: { 'url.query': 'slow=4000' } }),
  ],
};

/** The request that came one second later, waited three, and then held twice. */
export const WAITER: TraceRecord = {
  traceId: 'bbbbbbbbbbbbbbbb',
  spans: [
    span('bbbbbbbbbbbbbbbb', 'b-wait', 'lock.wait /checkout', [2_000, 5_000], {
      parentId: 'b-root',
      attributes: { 'lock.name': '/checkout', 'lock.queue.depth': 2, 'lock.outcome': 'acquired' },
      blockedBy: { traceId: 'aaaaaaaaaaaaaaaa', spanId: 'a-hold' },
    }),
    span('bbbbbbbbbbbbbbbb', 'b-stock', 'lock.hold inventory', [5_000, 5_500], { parentId: 'b-hold' }),
    span('bbbbbbbbbbbbbbbb', 'b-hold', 'lock.hold /checkout', [5_000, 6_000], { parentId: 'b-root' }),
    span('bbbbbbbbbbbbbbbb', 'b-root', 'POST /checkout', [2_000, 6_000]),
  ],
};
