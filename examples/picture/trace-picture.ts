/**
 * A trace as bars on one time axis: the request, its waits in red, its holds in green, and below each wait the hold that
 * it waited for, which is in another request's trace.
 */
import { seconds } from '../shared/format.js';
import { rootOf, type SpanRecord, type SpanReference, type TraceRecord } from '../shared/span-record.js';
import { type Area, COLOURS, line, rect, text } from './svg.js';

interface Row {
  label: string;
  note: string;
  span: SpanRecord;
  fill: string;
}

const ROW = 40;
const LABELS = 190;

export function tracePicture(
  trace: TraceRecord,
  find: (span: SpanReference) => TraceRecord | undefined,
  area: Area,
): string[] {
  const root = rootOf(trace);
  if (root === undefined) return [];
  const rows = rowsOf(trace, root, find).slice(0, Math.floor(area.height / ROW));
  const start = Math.min(...rows.map(({ span }) => span.start));
  const end = Math.max(...rows.map(({ span }) => span.end));
  const left = area.x + LABELS;
  const scale = (area.width - LABELS) / (end - start);
  return rows.flatMap(({ label, note, span, fill }, i) => {
    const y = area.y + i * ROW;
    const x = left + (span.start - start) * scale;
    const width = Math.max(2, (span.end - span.start) * scale);
    return [
      text(area.x, y + 16, label, `fill="${COLOURS.ink}" font-weight="600"`),
      text(area.x, y + 31, note, `fill="${COLOURS.faint}" font-size="11"`),
      line(
        [
          [left, y + ROW - 2],
          [area.x + area.width, y + ROW - 2],
        ],
        COLOURS.grid,
      ),
      rect({ x, y: y + 6, width, height: 22 }, fill, 'rx="3"'),
    ];
  });
}

function rowsOf(trace: TraceRecord, root: SpanRecord, find: (span: SpanReference) => TraceRecord | undefined): Row[] {
  const rows: Row[] = [];
  const add = (span: SpanRecord, fill: string, why = ''): void => {
    rows.push({ label: shorten(span.name), note: `${seconds((span.end - span.start) / 1e3)}${why}`, span, fill });
  };
  add(root, COLOURS.request);
  for (const span of [...trace.spans].sort((a, b) => a.start - b.start)) {
    if (span.name.startsWith('lock.wait')) {
      add(span, COLOURS.wait, `, ${span.attributes['lock.queue.depth']} ahead of it`);
      const blocker =
        span.blockedBy && find(span.blockedBy)?.spans.find(({ spanId }) => spanId === span.blockedBy?.spanId);
      if (blocker !== undefined) {
        rows.push({
          label: '↳ blocked by',
          note: `trace ${blocker.traceId.slice(0, 8)}, held it ${seconds((blocker.end - blocker.start) / 1e3)}`,
          span: blocker,
          fill: COLOURS.blocker,
        });
      }
    } else if (span.name.startsWith('lock.hold')) {
      add(span, COLOURS.hold);
    }
  }
  return rows;
}

function shorten(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}
