/**
 * The traces of the last minute, of this process and of those that send it theirs, for a shop without a tracing backend.
 *
 * Invariant: memory is bounded, by traces and by spans per trace; the oldest trace goes first.
 */
import type { tracing } from '@opentelemetry/sdk-node';
import {
  isSampled,
  recordOf,
  rootOf,
  type SpanRecord,
  type SpanReference,
  type TraceRecord,
  waitedIn,
} from './span-record.js';
import type { KnownTraces } from './trace-tree.js';

/** How far back "recent" goes, in milliseconds. */
const RECENT = 60_000;
const MOST_TRACES = 4_000;
const MOST_SPANS = 64;

/**
 * A span processor that keeps what it is given.
 *
 * @example
 * const traces = new RecentTraces();
 * new NodeSDK({ spanProcessors: [traces] }).start();
 * traces.slowest(Date.now());
 */
export class RecentTraces implements tracing.SpanProcessor, KnownTraces {
  /** Who is told of each span as well: the process that shows them, when this is one of several. */
  forward: ((span: SpanRecord) => void) | undefined;
  private readonly traces = new Map<string, SpanRecord[]>();

  onStart(): void {}

  onEnd(span: tracing.ReadableSpan): void {
    if (!isSampled(span)) return;
    const record = recordOf(span);
    this.add(record);
    this.forward?.(record);
  }

  add(span: SpanRecord): void {
    const spans = this.traces.get(span.traceId);
    if (spans === undefined) this.traces.set(span.traceId, [span]);
    else if (spans.length < MOST_SPANS) spans.push(span);
    if (this.traces.size > MOST_TRACES) this.traces.delete(this.traces.keys().next().value!);
  }

  /**
   * The trace that waited longest for locks, of those that ended in the minute before `now` (milliseconds since the epoch);
   * the slowest, when none of them had to wait.
   */
  slowest(now: number): TraceRecord | undefined {
    let slowest: { trace: TraceRecord; waited: number; took: number } | undefined;
    for (const [traceId, spans] of this.traces) {
      const trace = { traceId, spans };
      const root = rootOf(trace);
      if (root === undefined || root.end < now - RECENT) continue;
      const candidate = { trace, waited: waitedIn(trace), took: root.end - root.start };
      if (slowest === undefined || isSlower(candidate, slowest)) slowest = candidate;
    }
    return slowest?.trace;
  }

  /** The trace that this span is in, as far as it is known. */
  trace({ traceId }: SpanReference): TraceRecord | undefined {
    const spans = this.traces.get(traceId);
    return spans === undefined ? undefined : { traceId, spans };
  }

  /** Of the holds of the same lock, and key, that ended while this wait lasted: the longest. */
  longestHold(wait: SpanRecord): SpanRecord | undefined {
    const name = `lock.hold ${wait.attributes['lock.name']}`;
    const key = wait.attributes['lock.key.hash'];
    let longest: SpanRecord | undefined;
    for (const spans of this.traces.values()) {
      for (const span of spans) {
        if (span.name !== name || span.attributes['lock.key.hash'] !== key) continue;
        // A millisecond of slack: two spans of one moment do not read the clock at the same time.
        if (span.end < wait.start || span.end > wait.end + 1) continue;
        if (longest === undefined || span.end - span.start > longest.end - longest.start) longest = span;
      }
    }
    return longest;
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function isSlower(a: { waited: number; took: number }, b: { waited: number; took: number }): boolean {
  return a.waited === b.waited ? a.took > b.took : a.waited > b.waited;
}
