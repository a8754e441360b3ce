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
        .calcs(['lastNotNull', 'max']),
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

export function range(refId: string, expr: string, legend: string) {
  return query(refId, expr).range().legendFormat(legend);
}

export function instant(refId: string, expr: string, legend = '__auto') {
  return query(refId, expr).instant().legendFormat(legend);
}

/** A query that is a column of a table. */
export function column(refId: string, expr: string) {
  return query(refId, expr).instant().format(PromQueryFormat.Table);
}

export function stacked() {
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
