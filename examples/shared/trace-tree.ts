/**
 * One trace as a tree of waits and holds on a common time axis, and under each wait the hold that it waited for, which is
 * somebody else's: the line that says *why* this request was slow.
 *
 *     POST /checkout                 3.42 s  ████████████████████████
 *     ├─ lock.wait /checkout         3.38 s  ░░░░░░░░░░░░░░░░░░░░░░░
 *     │  ↳ POST /checkout?slow=4000  4.04 s  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒         its hold blocked this wait, trace 5f1c27ab
 *     └─ lock.hold /checkout          42 ms                         █
 */
import { seconds } from './format.js';
import type { Paint, Palette } from './paint.js';
import { rootOf, type SpanRecord, type SpanReference, type TraceRecord } from './span-record.js';

const BAR = 32;

/** The other traces, as far as they are known. */
export interface KnownTraces {
  /** The trace that this span is in. */
  trace(span: SpanReference): TraceRecord | undefined;
  /** Of the holds that this wait had to sit out, the longest. */
  longestHold(wait: SpanRecord): SpanRecord | undefined;
}

interface Line {
  label: string;
  /** Milliseconds since the epoch; `undefined` for a hold that has not ended yet. */
  span: SpanRecord | undefined;
  glyph: string;
  paint: Paint;
  note: string;
}

/** The lines of a trace, or none when its first span has not ended yet. */
export function traceTree(trace: TraceRecord, known: KnownTraces, palette: Palette): string[] {
  const root = rootOf(trace);
  if (root === undefined) return [];
  const lines = [...linesUnder(root, trace, known, palette, '', '')];
  const width = Math.max(...lines.map(({ label }) => label.length));
  return lines.map(({ label, span, glyph, paint, note }) => {
    const duration = (span === undefined ? '' : seconds((span.end - span.start) / 1e3)).padStart(8);
    const bar = span === undefined ? ' '.repeat(BAR) : paint(barOf(span, root, glyph));
    return `${label.padEnd(width)}${duration}  ${bar}${note === '' ? '' : `  ${palette.dim(note)}`}`.trimEnd();
  });
}

function* linesUnder(
  span: SpanRecord,
  trace: TraceRecord,
  known: KnownTraces,
  palette: Palette,
  lead: string,
  indent: string,
): IterableIterator<Line> {
  const children = trace.spans.filter(({ parentId }) => parentId === span.spanId).sort((a, b) => a.start - b.start);
  yield { label: lead + titleOf(span), span, ...lookOf(span, palette), note: noteOf(span) };
  if (span.blockedBy !== undefined) yield* blockersOf(span, span.blockedBy, known, palette, `${indent}↳ `);
  for (const [i, child] of children.entries()) {
    const last = i === children.length - 1;
    yield* linesUnder(
      child,
      trace,
      known,
      palette,
      `${indent}${last ? '└─ ' : '├─ '}`,
      `${indent}${last ? '   ' : '│  '}`,
    );
  }
}

/** Whose hold it queued behind, and when another one ahead of it in the queue took longer, whose that was. */
function* blockersOf(
  wait: SpanRecord,
  reference: SpanReference,
  known: KnownTraces,
  palette: Palette,
  lead: string,
): IterableIterator<Line> {
  const trace = known.trace(reference);
  const hold = trace?.spans.find(({ spanId }) => spanId === reference.spanId);
  yield blocker(reference, trace, hold, palette, lead, whyOf(trace, hold));
  const longest = known.longestHold(wait);
  if (longest === undefined || longest.spanId === reference.spanId) return;
  yield blocker(longest, known.trace(longest), longest, palette, lead, 'ahead in the queue, and held longest');
}

/** The first span of a trace says more about whose hold it is than the hold's own name, which is the wait's. */
function blocker(
  { traceId }: SpanReference,
  trace: TraceRecord | undefined,
  hold: SpanRecord | undefined,
  palette: Palette,
  lead: string,
  why: string,
): Line {
  const root = trace === undefined ? undefined : rootOf(trace);
  const label = lead + (root === undefined ? (hold?.name ?? 'another request') : titleOf(root));
  const replica = (root ?? hold)?.replica;
  const where = replica === undefined ? '' : `, in replica ${replica}`;
  return { label, span: hold, glyph: '▒', paint: palette.bad, note: `${why}${where}, trace ${traceId.slice(0, 8)}` };
}

function whyOf(trace: TraceRecord | undefined, hold: SpanRecord | undefined): string {
  if (hold !== undefined) return 'its hold blocked this wait';
  return trace === undefined ? 'not known here' : 'holds it still';
}

function titleOf({ name, attributes }: SpanRecord): string {
  const query = attributes['url.query'];
  return query === undefined || query === '' ? name : `${name}?${query}`;
}

function lookOf({ name }: SpanRecord, palette: Palette): { glyph: string; paint: Paint } {
  if (name.startsWith('lock.wait')) return { glyph: '░', paint: palette.warn };
  if (name.startsWith('lock.hold')) return { glyph: '█', paint: palette.good };
  return { glyph: '━', paint: palette.dim };
}

function noteOf({ name, attributes, parentId, replica }: SpanRecord): string {
  if (parentId === undefined && replica !== undefined) return `replica ${replica}`;
  if (!name.startsWith('lock.wait')) return '';
  const ahead = Number(attributes['lock.queue.depth'] ?? 0);
  const outcome = attributes['lock.outcome'];
  return `${ahead} ahead of it${outcome === undefined || outcome === 'acquired' ? '' : `, ${outcome}`}`;
}

/** The span on the root's time axis, at least one cell wide; what lies outside of the axis is cut off. */
function barOf(span: SpanRecord, root: SpanRecord, glyph: string): string {
  const scale = BAR / Math.max(root.end - root.start, 1e-6);
  const cell = (time: number): number => Math.min(BAR, Math.max(0, Math.round((time - root.start) * scale)));
  const from = Math.min(cell(span.start), BAR - 1);
  const to = Math.max(cell(span.end), from + 1);
  return `${' '.repeat(from)}${glyph.repeat(to - from)}${' '.repeat(BAR - to)}`;
}
