/**
 * The legend below a chart: name and calculations of each series, in the unit of the panel.
 *
 * Invariant: a series that finds no room is counted in the last line, since a picture cannot be scrolled.
 */
import type { PanelOptionsJson } from './dashboard-json.js';
import { textForNothing } from './field.js';
import { type Html, html } from './html.js';
import type { NamedSeries } from './time-series.js';
import { format } from './units.js';

interface Calculation {
  readonly heading: string;
  of(values: readonly number[]): number;
}

const CALCULATIONS: Readonly<Record<string, Calculation>> = {
  lastNotNull: { heading: 'Last', of: (values) => values.at(-1)! },
  max: { heading: 'Max', of: (values) => Math.max(...values) },
  min: { heading: 'Min', of: (values) => Math.min(...values) },
  mean: { heading: 'Mean', of: (values) => values.reduce((sum, value) => sum + value, 0) / values.length },
};

/** From this many pixels on there is room for two columns, which take fewer lines. */
const WIDE = 560;
const LINES = { wide: 6, narrow: 8 };
/** In one column, however wide. */
const FEW = 4;

/**
 * The legend as HTML; empty where the panel shows none.
 *
 * @throws Error when a calculation is not known.
 * @example
 * legendTable(series, { showLegend: true, calcs: ['max'] }, 440);
 */
export function legendTable(series: readonly NamedSeries[], options: PanelOptionsJson['legend'], width: number): Html {
  if (options?.showLegend !== true || series.length === 0) return html``;
  const calculations = (options.calcs ?? []).map((id) => {
    const calculation = CALCULATIONS[id];
    if (calculation === undefined) throw new Error(`the renderer does not know the calculation "${id}"`);
    return calculation;
  });
  const wide = width >= WIDE;
  const columns = wide && series.length > FEW ? 2 : 1;
  const most = columns * (wide ? LINES.wide : LINES.narrow);
  const shown = series.length > most ? largest(series, most - 1) : series;
  const perColumn = Math.ceil((shown.length + (shown === series ? 0 : 1)) / columns);
  const headings = calculations.map(({ heading }) => html`<th>${heading}</th>`);
  const rows = shown.map((one) => row(one, calculations));
  if (shown !== series) rows.push(html`<tr><td class="more">+ ${series.length - shown.length} smaller</td></tr>`);
  const tables = Array.from(
    { length: columns },
    (_, i) => html`<table><tr><th></th>${headings}</tr>${rows.slice(i * perColumn, (i + 1) * perColumn)}</table>`,
  );
  return html`<div class="legend">${tables}</div>`;
}

/** Those that reach highest, in the order of the panel. */
function largest(series: readonly NamedSeries[], count: number): NamedSeries[] {
  const peak = ({ values }: NamedSeries): number =>
    Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY));
  const kept = new Set([...series].sort((a, b) => peak(b) - peak(a)).slice(0, count));
  return series.filter((one) => kept.has(one));
}

function row({ name, field, colour, values }: NamedSeries, calculations: readonly Calculation[]): Html {
  const numbers = values.filter((value) => value !== null);
  const cells = calculations.map(({ of }) => {
    const text = numbers.length === 0 ? textForNothing(field, '–') : format(of(numbers), field.unit, field.decimals);
    return html`<td>${text}</td>`;
  });
  const swatch = field.custom?.lineStyle?.fill === 'dash' ? 'dashed' : 'solid';
  return html`<tr><td><i class="${swatch}" style="color:${colour}"></i>${name}</td>${cells}</tr>`;
}
