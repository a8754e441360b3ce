/**
 * Waiters over time, a line a lock: what `lockmeter_queue_depth` draws in Grafana.
 */
import type { Snapshot } from 'lockmeter';
import { type Area, COLOURS, line, text } from './svg.js';

const TICKS = 4;

export function queueChart(samples: readonly Snapshot[], area: Area): string[] {
  const names = busiest(samples);
  const deepest = Math.max(1, ...names.flatMap((name) => samples.map((sample) => depthOf(sample, name))));
  const top = Math.ceil(deepest / TICKS) * TICKS;
  const first = Date.parse(samples[0]!.at);
  const span = Date.parse(samples.at(-1)!.at) - first;
  const y = (depth: number): number => area.y + area.height - (depth / top) * area.height;
  const x = (sample: Snapshot): number => area.x + ((Date.parse(sample.at) - first) / span) * area.width;
  const grid = Array.from({ length: TICKS + 1 }, (_, i) => (top / TICKS) * i).flatMap((depth) => [
    line(
      [
        [area.x, y(depth)],
        [area.x + area.width, y(depth)],
      ],
      COLOURS.grid,
    ),
    text(area.x - 8, y(depth) + 4, String(depth), `fill="${COLOURS.faint}" font-size="11" text-anchor="end"`),
  ]);
  const lines = names.flatMap((name, i) => {
    const colour = COLOURS.lines[i % COLOURS.lines.length]!;
    return [
      line(
        samples.map((sample) => [x(sample), y(depthOf(sample, name))] as const),
        colour,
        'stroke-width="2" stroke-linejoin="round"',
      ),
      text(area.x + i * 130, area.y + area.height + 42, `━ ${name}`, `fill="${colour}" font-weight="600"`),
    ];
  });
  const seconds = Math.round(span / 1e3);
  return [
    ...grid,
    ...lines,
    text(area.x, area.y + area.height + 20, '0 s', `fill="${COLOURS.faint}" font-size="11"`),
    text(
      area.x + area.width,
      area.y + area.height + 20,
      `${seconds} s`,
      `fill="${COLOURS.faint}" font-size="11" text-anchor="end"`,
    ),
  ];
}

function depthOf({ locks }: Snapshot, name: string): number {
  return locks.find((lock) => lock.name === name)?.queueDepth ?? 0;
}

/** The locks that had a queue at all, the longest first. */
function busiest(samples: readonly Snapshot[]): string[] {
  const deepest = new Map<string, number>();
  for (const { locks } of samples) {
    for (const { name, queueDepth } of locks) deepest.set(name, Math.max(deepest.get(name) ?? 0, queueDepth));
  }
  const queued = [...deepest].filter(([, depth]) => depth > 0).sort(([, a], [, b]) => b - a);
  return queued.map(([name]) => name).slice(0, COLOURS.lines.length);
}
