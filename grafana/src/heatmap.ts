/** A histogram as Prometheus has it, buckets up the side and time along: it shows what quantiles hide, such as two peaks. */
import {
  AxisPlacement,
  HeatmapCellLayout,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  CellValuesBuilder,
  FilterValueRangeBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  PanelBuilder,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { HALF, range } from './panels.js';
import { DATASOURCE } from './variables.js';

/** Durations in seconds; `buckets` is the increase of each bucket, by `le`. */
export function heatmap(title: string, description: string, buckets: string) {
  return new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .height(8)
    .span(HALF)
    .unit(Short)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Linear))
    .calculate(false)
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .yAxis(new YAxisConfigBuilder().unit(Seconds).axisPlacement(AxisPlacement.Left))
    .cellValues(new CellValuesBuilder().unit(Short))
    .cellGap(1)
    .filterValues(new FilterValueRangeBuilder().le(1e-9))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Oranges')
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .reverse(false)
        .fill('dark-orange'),
    )
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true).showColorScale(true))
    .showLegend()
    .withTarget(range('A', buckets, '{{le}}').format(PromQueryFormat.Heatmap));
}
