/**
 * How many fell into each bucket over time: a row a bucket, as high as its neighbours, the brighter the more.
 */
import { type Cell, chart, chartPlace } from './chart.js';
import { over } from './colours.js';
import type { Renderer } from './drawing.js';
import { fieldOf } from './field.js';
import { type BucketRow, bucketRows } from './heatmap-data.js';
import { html } from './html.js';
import { format } from './units.js';

/** From few to many. */
export const RAMP = ['#4a2a12', '#b5541a', '#f5893d', '#ffd9a8'] as const;
/** Less is nothing: what is left when an increase is extrapolated from no event. */
const NOTHING = 1e-9;

export const renderHeatmap: Renderer = ({ panel, results, time, width }) => {
  const rows = withoutEmptyTop(bucketRows(results, time));
  const counts = rows.flatMap((row) => row.counts.filter((count) => count !== null));
  const most = Math.max(0, ...counts);
  const exponent = panel.options?.color?.exponent ?? 0.5;
  const cells = rows.flatMap(({ counts }, row) =>
    counts.flatMap((count, i): Cell[] => {
      // What is asked for at a moment is the increase until then; the first would begin before the axis.
      if (i === 0 || count === null || count <= NOTHING) return [];
      const colour = rampColour((count / most) ** exponent);
      return [{ from: time.times[i - 1]!, to: time.times[i]!, bottom: row, top: row + 1, colour }];
    }),
  );
  const content = { time, y: bucketAxis(rows, panel.options?.yAxis?.unit), series: [], cells };
  const { unit, noValue } = fieldOf(panel, { name: '' });
  return html`${chartPlace(chart(width, content), counts.length === 0 ? (noValue ?? 'No data') : '')}
    <div class="ramp"><span>0</span><i style="background:linear-gradient(90deg, ${RAMP.join(', ')})"></i
    ><span>${format(most, unit)}</span></div>`;
};

/** The rows above the highest with a cell say nothing, beyond one that shows that they are empty. */
function withoutEmptyTop(rows: readonly BucketRow[]): readonly BucketRow[] {
  const highest = rows.findLastIndex(({ counts }) => counts.some((count) => count !== null && count > NOTHING));
  return rows.slice(0, Math.max(highest + 2, 2));
}

/** A label at the upper edge of every row, or of every second or third where they are many. */
function bucketAxis(rows: readonly BucketRow[], unit: string | undefined) {
  const every = Math.ceil(rows.length / 8);
  const at = rows.map((_, row) => row + 1).filter((edge) => edge % every === 0);
  const labels = at.map((edge) => {
    const { le } = rows[edge - 1]!;
    return Number.isFinite(le) ? format(le, unit) : '∞';
  });
  return { min: 0, max: Math.max(1, rows.length), at, labels };
}

/** `share`: from 0 to 1. */
function rampColour(share: number): string {
  const place = share * (RAMP.length - 1);
  const lower = Math.min(Math.floor(place), RAMP.length - 2);
  return over(RAMP[lower + 1]!, RAMP[lower]!, place - lower);
}
