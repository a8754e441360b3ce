/** How much of the time is a lock taken, by holds of which length, and how much more could it serve? */
import { ScaleDistribution, ScaleDistributionConfigBuilder } from '@grafana/grafana-foundation-sdk/common';
import { OpsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { DASHED, range, thresholdLine, thresholds, timeSeries } from '../panels.js';
import * as q from '../queries.js';
import type { Row } from './row.js';

const LEGEND = `{{${LABELS.name}}}`;

export function hold(): Row {
  return { title: 'Hold', panels: [utilisation(), quantiles(), headroom()] };
}

function utilisation() {
  return timeSeries({
    title: 'Utilisation',
    description:
      'Share of the time each lock was held, in its busiest process, the hold in progress included: a stuck lock reads ' +
      '100 %. From 80 % on the queue grows much faster than the load; hold it for less or split it by key. A name with ' +
      'keys adds its keys up and can exceed 100 %: 300 % is three keys held at any time.',
    unit: PercentUnit,
  })
    .min(0)
    .axisSoftMax(1)
    .thresholds(thresholds({ value: 0.8, color: 'red' }))
    .thresholdsStyle(thresholdLine())
    .withTarget(range('A', q.utilisation(LABELS.name), LEGEND));
}

function quantiles() {
  return timeSeries({
    title: 'Hold time by lock',
    description:
      'Time from getting each lock to its release: p50 dashed, p99 solid. The wait of everybody behind is a multiple of ' +
      'it, so what runs while the lock is held (a query, a request) is what to shorten. A gap means that no hold ended ' +
      'then (the quantile is NaN): a lock that is stuck shows under Oldest hold instead.',
    unit: Seconds,
  })
    .min(0)
    .withTarget(range('A', q.quantile(0.99, 'holdDuration', LABELS.name), `${LEGEND} p99`))
    .withTarget(range('B', q.quantile(0.5, 'holdDuration', LABELS.name), `${LEGEND} p50`))
    .overrideByQuery('B', DASHED);
}

function headroom() {
  const possible = q.ratio(
    q.sum(q.histogramRate('holdDuration', 'count'), LABELS.name),
    q.sum(q.histogramRate('holdDuration', 'sum'), LABELS.name),
  );
  const perProcess = q.sum(q.rate('acquisitions', q.outcomeIs(['acquired'])), LABELS.name, 'job', 'instance');
  return timeSeries({
    title: 'Headroom',
    description:
      'Dashed: acquisitions per second that one lock could serve, 1 / mean hold. Solid: those it does serve, in its ' +
      'busiest process. Where they meet the lock is full, and only shorter holds or more keys help. With keys the ' +
      'ceiling is that of each key. The scale is logarithmic; a gap means that no hold ended.',
    unit: OpsPerSecond,
  })
    .fillOpacity(0)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10))
    .withTarget(range('A', q.max(perProcess, LABELS.name), `${LEGEND} actual`))
    .withTarget(range('B', possible, `${LEGEND} possible`))
    .overrideByQuery('B', DASHED);
}
