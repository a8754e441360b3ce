/**
 * Lines over time: one a series, stacked where the panel says so, with a legend below.
 *
 * Invariants: a value that does not exist is a gap; in a stack it adds nothing to those above it, and has no line itself.
 */
import { type ChartSeries, chart, chartPlace } from './chart.js';
import { colourNamed, over, seriesColour, THEME } from './colours.js';
import type { FieldJson, PanelJson } from './dashboard-json.js';
import { only, type Renderer } from './drawing.js';
import { fieldOf } from './field.js';
import { html } from './html.js';
import { type NamedResult, namedResults } from './legend.js';
import { legendTable } from './legend-table.js';
import { type ValueAxis, valueAxis } from './ticks.js';
import { onAxis, type TimeAxis } from './time-axis.js';

/** A series of the panel, before it is laid on others. */
export interface NamedSeries {
  readonly name: string;
  readonly field: FieldJson;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export const renderTimeSeries: Renderer = ({ panel, results, time, width }) => {
  const field = fieldOf(panel, { name: '' });
  check(panel, field);
  const series = namedResults(results).map((result, i) => toNamedSeries(panel, time, result, i));
  const stacked = (field.custom?.stacking?.mode ?? 'none') !== 'none';
  const logarithmic = field.custom?.scaleDistribution?.type === 'log';
  const drawn = stacked ? stack(series, time) : series.map((one) => line(one, one.values, false));
  const onRight = series.find(isOnRight);
  const content = {
    time,
    y: axisOf(drawn, field, false),
    ...(onRight && { right: axisOf(drawn, onRight.field, true) }),
    logarithmic,
    series: drawn,
    lines: thresholdLines(field),
  };
  return html`${chartPlace(chart(width, content), series.length === 0 ? (field.noValue ?? 'No data') : '')}
    ${legendTable(series, panel.options?.legend, width)}`;
};

function toNamedSeries(panel: PanelJson, time: TimeAxis, { refId, name, series }: NamedResult, i: number): NamedSeries {
  const field = fieldOf(panel, { name, refId });
  const values = onAxis(time, series.values ?? []);
  return { name: field.displayName ?? name, field, colour: seriesColour(field, i), values };
}

function axisOf(drawn: readonly ChartSeries[], { min, max, unit, custom }: FieldJson, onRight: boolean): ValueAxis {
  const values = drawn.filter(({ right }) => right === onRight).flatMap((one) => one.values);
  const logarithmic = custom?.scaleDistribution?.type === 'log';
  const numbers = values.filter((value) => value !== null);
  return valueAxis(numbers, { min, max, softMax: custom?.axisSoftMax, unit, logarithmic });
}

/** Cumulated from the first up, and in the order of drawing: the topmost area first, the lower ones over it. */
function stack(series: readonly NamedSeries[], { times }: TimeAxis): ChartSeries[] {
  const total = times.map(() => 0);
  const layers = series.map((one) => {
    const top = one.values.map((value, i) => {
      if (value === null) return null;
      total[i]! += value;
      return total[i]!;
    });
    return line(one, top, true);
  });
  return layers.reverse();
}

function isOnRight({ field }: NamedSeries): boolean {
  return field.custom?.axisPlacement === 'right';
}

function line(one: NamedSeries, values: readonly (number | null)[], solid: boolean): ChartSeries {
  const { field, colour } = one;
  const { fillOpacity = 0, lineWidth = 1, lineStyle } = field.custom ?? {};
  const opacity = fillOpacity / 100;
  const alpha = Math.round(opacity * 255).toString(16);
  return {
    values,
    colour,
    right: isOnRight(one),
    width: lineWidth + 0.5,
    ...(opacity > 0 && { fill: solid ? over(colour, THEME.panel, opacity) : `${colour}${alpha.padStart(2, '0')}` }),
    ...(lineStyle?.fill === 'dash' && { dash: lineStyle.dash ?? [8, 8] }),
  };
}

function check(panel: PanelJson, { custom = {} }: FieldJson): void {
  only(panel, 'style', custom.drawStyle, [undefined, 'line']);
  only(panel, 'kind of gap', String(custom.spanNulls ?? false), ['false']);
  only(panel, 'stacking', custom.stacking?.mode, [undefined, 'none', 'normal']);
  only(panel, 'scale', custom.scaleDistribution?.type, [undefined, 'linear', 'log']);
  only(panel, 'style of thresholds', custom.thresholdsStyle?.mode, [undefined, 'off', 'dashed', 'line']);
}

function thresholdLines({ thresholds, custom }: FieldJson) {
  if ((custom?.thresholdsStyle?.mode ?? 'off') === 'off') return [];
  return (thresholds?.steps ?? []).flatMap(({ value, color }) =>
    value === null ? [] : [{ at: value, colour: colourNamed(color) }],
  );
}
