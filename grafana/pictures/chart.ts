/**
 * What the browser is told to draw: options of uPlot that are plain data, and two things uPlot does not have, lines at
 * thresholds and the cells of a heatmap.
 *
 * Invariant: it is JSON. All decisions (ranges, ticks, colours, order) are made before, so the script in the page has none.
 */
import { THEME } from './colours.js';
import { type Html, html, json } from './html.js';
import type { Ticks, ValueAxis } from './ticks.js';
import { type TimeAxis, timeTicks } from './time-axis.js';

const FONT = '11px "DejaVu Sans Condensed", "Noto Sans", Arial, sans-serif';
/** In pixels, of the font above. */
const MEAN_CHARACTER = 6.2;
const TIME_LABEL = 78;

/** One line, with what is below it. */
export interface ChartSeries {
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly width: number;
  /** A solid or transparent colour; none without it. */
  readonly fill?: string;
  readonly dash?: readonly number[];
  /** Measured on the axis at the right, instead of the one at the left. */
  readonly right?: boolean;
}

/** One rectangle of a heatmap, in the values of the axes. */
export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly bottom: number;
  readonly top: number;
  readonly colour: string;
}

/** What {@link chart} is made of; drawn in the order in which it is given. */
export interface ChartContent {
  readonly time: TimeAxis;
  readonly y: ValueAxis;
  readonly right?: ValueAxis;
  readonly logarithmic?: boolean;
  readonly series: readonly ChartSeries[];
  readonly lines?: readonly { readonly at: number; readonly colour: string }[];
  readonly cells?: readonly Cell[];
}

/** A chart of `width` pixels, as JSON for the script of the page. */
export type Chart = ReturnType<typeof chart>;

/**
 * Builds it.
 *
 * @example
 * const { options, data } = chart(600, { time, y: valueAxis([0, 1], {}), series: [] });
 */
export function chart(width: number, content: ChartContent) {
  const { time, y, right, logarithmic = false, series, lines = [], cells = [] } = content;
  const labels = widthOf(y) + (right === undefined ? 0 : widthOf(right));
  return {
    options: {
      // The grid lies over solid fills, which stacked areas need.
      drawOrder: ['series', 'axes'],
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 10, 0, 0],
      scales: {
        x: { time: false, range: [time.times[0]!, time.times.at(-1)!] },
        y: { range: [y.min, y.max], distr: logarithmic ? 3 : 1 },
        ...(right && { right: { range: [right.min, right.max] } }),
      },
      axes: [
        axis(timeTicks(time, Math.max(2, (width - labels) / TIME_LABEL)), 24),
        axis(y, widthOf(y)),
        ...(right ? [{ ...axis(right, widthOf(right)), scale: 'right', side: 1, grid: { show: false } }] : []),
      ],
      // A scale that no series uses has no range, so there is always one, if without values.
      series: [{}, {}, ...series.map(line)],
    },
    data: [time.times, time.times.map(() => null), ...series.map(({ values }) => values)],
    lines: lines.filter(({ at }) => at >= y.min && at <= y.max),
    cells,
  };
}

function axis({ at, labels }: Ticks, size: number) {
  return {
    splits: at,
    values: labels,
    size,
    gap: 5,
    font: FONT,
    stroke: THEME.faint,
    grid: { stroke: THEME.grid, width: 1 },
    ticks: { show: false },
  };
}

/**
 * The place of a chart on the page, with what the script draws into it.
 *
 * @param nothing - said in the middle of a chart without data.
 * @example
 * chartPlace(chart(600, content), series.length === 0 ? 'No data' : '');
 */
export function chartPlace(drawn: Chart, nothing: string): Html {
  const data = html`<script type="application/json">${json(drawn)}</script>`;
  return html`<div class="chart">${data}<span class="nothing">${nothing}</span></div>`;
}

/** In pixels, of the labels of an axis and the room beside them. */
function widthOf({ labels }: Ticks): number {
  return Math.ceil(Math.max(0, ...labels.map(({ length }) => length)) * MEAN_CHARACTER) + 14;
}

function line({ colour, width, fill, dash, right }: ChartSeries) {
  return {
    scale: right ? 'right' : 'y',
    stroke: colour,
    width,
    fill,
    dash,
    points: { size: 4, width: 1, fill: colour },
  };
}
