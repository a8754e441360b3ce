/**
 * The legend below a chart: name and calculations of each series, in the unit of the panel and in the order it asks for.
 *
 * Invariant: a series that finds no room is counted in the last line, since a picture cannot be scrolled.
 */
import type { LegendJson } from './dashboard-json.js';
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
const LINES = 5;
/** In one column, however wide. */
const FEW = 4;

/**
 * The legend as HTML; empty where the panel shows none.
 *
 * @throws Error when a calculation is not known, or is to sort by and is not shown.
 * @example
 * legendTable(series, { showLegend: true, calcs: ['max'] }, 440);
 */
export function legendTable(series: readonly NamedSeries[], options: LegendJson | undefined, width: number): Html {
  if (options?.showLegend !== true || series.length === 0) return html``;
  const calculations = (options.calcs ?? []).map((id) => {
    const calculation = CALCULATIONS[id];
    if (calculation === undefined) throw new Error(`the renderer does not know the calculation "${id}"`);
    return calculation;
  });
  const columns = width >= WIDE && series.length > FEW ? 2 : 1;
  const most = columns * LINES;
  const all = sorted(series, options, calculations);
  const shown = series.length > most ? all.slice(0, most - 1) : all;
  const headings = calculations.map(({ heading }) => html`<th>${heading}</th>`);
  const rows = shown.map((one) => row(one, calculations));
  if (shown !== all) rows.push(html`<tr><td class="more">+ ${all.length - shown.length} more</td></tr>`);
  const perColumn = Math.ceil(rows.length / columns);
  const tables = Array.from(
    { length: columns },
    (_, i) => html`<table><tr><th></th>${headings}</tr>${rows.slice(i * perColumn, (i + 1) * perColumn)}</table>`,
  );
  return html`<div class="legend">${tables}</div>`;
}

/** Those without a value come last. */
function sorted(
  series: readonly NamedSeries[],
  { sortBy, sortDesc = false }: LegendJson,
  calculations: readonly Calculation[],
): readonly NamedSeries[] {
  if (sortBy === undefined) return series;
  const by = calculations.find(({ heading }) => heading === sortBy);
  if (by === undefined) throw new Error(`the renderer cannot sort a legend by "${sortBy}", which it does not show`);
  const keyed = series.map((one) => {
    const numbers = numbersOf(one);
    return { one, key: numbers.length === 0 ? Number.MAX_VALUE : by.of(numbers) * (sortDesc ? -1 : 1) };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
}

function numbersOf({ values }: NamedSeries): number[] {
  return values.filter((value) => value !== null);
}

function row(series: NamedSeries, calculations: readonly Calculation[]): Html {
  const { name, field, colour } = series;
  const numbers = numbersOf(series);
  const cells = calculations.map(({ of }) => {
    const text = numbers.length === 0 ? textForNothing(field, '–') : format(of(numbers), field.unit, field.decimals);
    return html`<td>${text}</td>`;
  });
  const swatch = field.custom?.lineStyle?.fill === 'dash' ? 'dashed' : 'solid';
  return html`<tr><td><i class="${swatch}" style="color:${colour}"></i>${name}</td>${cells}</tr>`;
}
