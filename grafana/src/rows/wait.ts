/** How long do callers wait, and do they get the lock in the end? */
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
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { OpsPerSecond, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { HALF, range, stacked, THIRD, timeSeries } from '../panels.js';
import * as q from '../queries.js';
import { DATASOURCE } from '../variables.js';
import type { Row } from './row.js';

const NO_ATTEMPTS =
  'A gap means that no attempt ended then (the quantile is NaN), not that nobody waits: see the row Now.';

export function wait(): Row {
  return { title: 'Wait', panels: [quantiles(), byLock(), heatmap(), attempts(), failures()] };
}

function quantiles() {
  const panel = timeSeries({
    title: 'Wait time, all chosen locks',
    description:
      'Time from asking for a lock to the outcome, timeouts included; 0 when it was free. When p99 climbs and p50 does ' +
      `not, callers collide in bursts; when both climb, a lock is saturated. ${NO_ATTEMPTS}`,
    unit: Seconds,
  }).min(0);
  for (const [refId, name, share] of [
    ['A', 'p50', 0.5],
    ['B', 'p95', 0.95],
    ['C', 'p99', 0.99],
  ] as const) {
    panel.withTarget(range(refId, q.quantile(share, 'waitDuration'), name));
  }
  return panel;
}

function byLock() {
  return timeSeries({
    title: 'p99 wait by lock',
    description:
      'The slowest 1 % of attempts on each lock. The one that climbs is the lock your slow requests wait for: compare ' +
      `its hold time and its utilisation below. ${NO_ATTEMPTS}`,
    unit: Seconds,
  })
    .min(0)
    .withTarget(range('A', q.quantile(0.99, 'waitDuration', LABELS.name), `{{${LABELS.name}}}`));
}

function heatmap() {
  return new HeatmapBuilder()
    .title('Wait time, distribution')
    .description(
      'How many attempts waited how long; the lowest band did not wait. Two bands at once are two kinds of callers, or ' +
        'two locks: choose one above. A band at the height of your timeout is callers that give up.',
    )
    .datasource(DATASOURCE)
    .height(8)
    .span(THIRD)
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
    .withTarget(range('A', q.bucketIncrease('waitDuration'), '{{le}}').format(PromQueryFormat.Heatmap));
}

function attempts() {
  return timeSeries({
    title: 'Attempts by outcome',
    description:
      'Attempts that ended, per second. acquired: got the lock. timeout: waited too long. aborted: the caller gave up. ' +
      'rejected: the queue was full or the lock closed. busy: did not want to wait. error: the backend failed. When all ' +
      'but acquired grow, callers pile up faster than the lock is released.',
    unit: OpsPerSecond,
  })
    .span(HALF)
    .min(0)
    .fillOpacity(40)
    .stacking(stacked())
    .withTarget(range('A', q.sum(q.rate('acquisitions'), LABELS.outcome), `{{${LABELS.outcome}}}`));
}

function failures() {
  const failed = q.rate('acquisitions', q.outcomeIs([...q.FAILED, 'aborted']));
  return timeSeries({
    title: 'Attempts without the lock, by lock',
    description:
      'Attempts per second that ended without the lock although the caller wanted to wait, by lock and outcome. ' +
      'timeout: holds are too long for the timeout. rejected: the queue is bounded too tightly, or load must be shed ' +
      'earlier. aborted: clients leave before their turn.',
    unit: OpsPerSecond,
  })
    .span(HALF)
    .min(0)
    .withTarget(range('A', q.sum(failed, LABELS.name, LABELS.outcome), `{{${LABELS.name}}} {{${LABELS.outcome}}}`));
}
