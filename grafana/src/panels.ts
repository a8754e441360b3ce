/**
 * The panels' common form, so that rows only say what they show.
 *
 * Invariants: every panel has a title, a description, a unit and the data source of the variable; a value that does not
 * exist is a gap, never a line drawn through it and never a zero.
 */
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE } from './variables.js';

/** Of Grafana's 24 columns. */
export const THIRD = 8;
export const HALF = 12;
export const FULL = 24;

/** What every panel is told. `description`: what it means, and what to do when it is high. */
export interface PanelText {
  title: string;
  description: string;
  unit: string;
}

export function timeSeries({ title, description, unit }: PanelText) {
  return new TimeSeriesBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATASOURCE)
    .height(8)
    .span(THIRD)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max'])
        .sortBy('Max')
        .sortDesc(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** One number, at the end of the time range: asked for at that moment, so it is never an old one. */
export function stat({ title, description, unit }: PanelText, ...steps: Threshold[]) {
  return new StatBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATASOURCE)
    .height(4)
    .span(4)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields(''))
    .thresholds(thresholds(...steps));
}

/** The values of these labels, as the name of a line. */
export function legendOf(...labels: string[]): string {
  return labels.map((label) => `{{${label}}}`).join(' ');
}

export function range(refId: string, expr: string, legend: string) {
  return query(refId, expr).range().legendFormat(legend);
}

/** A line over a histogram, with the traces of single observations as dots on it. */
export function traced(refId: string, expr: string, legend: string) {
  return range(refId, expr, legend).exemplar(true);
}

export function instant(refId: string, expr: string, legend = '__auto') {
  return query(refId, expr).instant().legendFormat(legend);
}

/** A query that is a column of a table. */
export function column(refId: string, expr: string) {
  return query(refId, expr).instant().format(PromQueryFormat.Table);
}

/** Areas on top of one another, for what adds up to a whole. */
export function stackedSeries(text: PanelText) {
  return timeSeries(text).min(0).fillOpacity(40).stacking(stacked());
}

/** p50, p95 and p99 of a histogram. `query` makes the query of one quantile. */
export function quantiles(text: PanelText, query: (share: number) => string) {
  return timeSeries(text)
    .min(0)
    .withTarget(traced('A', query(0.5), 'p50'))
    .withTarget(traced('B', query(0.95), 'p95'))
    .withTarget(traced('C', query(0.99), 'p99'));
}

/** An outcome or a result is good or bad in itself: it has the same colour wherever it is drawn. */
export function inColours(panel: TimeSeriesBuilder, colours: Readonly<Record<string, string>>) {
  for (const [line, fixedColor] of Object.entries(colours)) {
    panel.overrideByName(line, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  }
  return panel;
}

function stacked() {
  return new StackingConfigBuilder().mode(StackingMode.Normal).group('A');
}

/** Green up to the first step. */
export function thresholds(...steps: Threshold[]) {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: 'green' }, ...steps]);
}

export function thresholdLine() {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}

/** Tells the second of two related queries apart in a chart. */
export const DASHED = [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }];

function query(refId: string, expr: string) {
  return new DataqueryBuilder().refId(refId).expr(expr).datasource(DATASOURCE).editorMode(QueryEditorMode.Code);
}
