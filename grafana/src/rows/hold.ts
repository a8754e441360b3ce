/** How much of the time is a lock taken, by holds of which length, and how much more could it serve? */
import { ScaleDistribution, ScaleDistributionConfigBuilder } from '@grafana/grafana-foundation-sdk/common';
import { OpsPerSecond, PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { is, ratio, sum } from '../expressions.js';
import { BY_LOCK } from '../metrics.js';
import { DASHED, HALF, legendOf, range, thresholdLine, thresholds, timeSeries, traced } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

const LEGEND = legendOf(LABELS.name);

/** What a gap in a quantile of holds means, for descriptions. */
export const NO_HOLDS =
  'A gap means that no hold ended then (the quantile is NaN): a lock that is stuck shows under Oldest hold instead.';

export function hold(q: Queries): Row {
  return { title: 'Hold', panels: [utilisation(q), keysHeld(q), byLock(q), headroom(q)] };
}

export function utilisation(q: Queries) {
  return timeSeries({
    title: 'Utilisation',
    description:
      'Share of the time a lock was held, the hold in progress included: a stuck lock reads 100 %. A lock in memory is ' +
      'one in each process, and this is its busiest; a lock on a server is one for all the chosen processes, and this is ' +
      'their sum. From 80 % on the queue grows much faster than the load: hold it for less or split it by key. Names ' +
      'with keys are many locks, and are not here.',
    unit: PercentUnit,
  })
    .span(HALF)
    .min(0)
    .axisSoftMax(1)
    .noValue('Names with keys only')
    .thresholds(thresholds({ value: 0.8, color: 'red' }))
    .thresholdsStyle(thresholdLine())
    .withTarget(range('A', q.utilisation(LABELS.name), LEGEND));
}

function keysHeld(q: Queries) {
  return timeSeries({
    title: 'Keys held on average',
    description:
      'For names with keys, or with several locks: how many of them are held at any time, over all chosen processes, ' +
      'holds in progress included. 3 is three keys at once. It is work done side by side, not saturation; with long ' +
      'waits at a low figure here, the callers all want the same key.',
    unit: Short,
  })
    .span(HALF)
    .min(0)
    .noValue('No name has keys')
    .withTarget(range('A', q.heldAtOnce(LABELS.name), LEGEND));
}

function byLock(q: Queries) {
  return timeSeries({
    title: 'Hold time by lock',
    description:
      'Time from getting each lock to its release: p50 dashed, p99 solid. The wait of everybody behind is a multiple of ' +
      `it, so what runs while the lock is held (a query, a request) is what to shorten. ${NO_HOLDS}`,
    unit: Seconds,
  })
    .span(HALF)
    .min(0)
    .fillOpacity(0)
    .withTarget(traced('A', q.quantile(0.99, 'holdDuration', LABELS.name), `${LEGEND} p99`))
    .withTarget(traced('B', q.quantile(0.5, 'holdDuration', LABELS.name), `${LEGEND} p50`))
    .overrideByQuery('B', DASHED);
}

function headroom(q: Queries) {
  const actual = q.ofTheLock(
    (backend) => sum(q.rate('acquisitions', is(LABELS.outcome, 'acquired'), backend), ...BY_LOCK, 'job', 'instance'),
    LABELS.name,
  );
  const possible = ratio(
    sum(q.observed('holdDuration', 'count'), LABELS.name),
    sum(q.observed('holdDuration', 'sum'), LABELS.name),
  );
  return timeSeries({
    title: 'Headroom',
    description:
      'Dashed: acquisitions per second that one lock could serve, 1 / mean hold. Solid: those it does serve, in its ' +
      'busiest process for a lock in memory, in all of them for one on a server. Where they meet the lock is full, and ' +
      'only shorter holds or more keys help. With keys the ceiling is that of each key. The scale is logarithmic; a gap ' +
      'means that no hold ended.',
    unit: OpsPerSecond,
  })
    .span(HALF)
    .fillOpacity(0)
    .scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10))
    .withTarget(range('A', actual, `${LEGEND} actual`))
    .withTarget(range('B', possible, `${LEGEND} possible`))
    .overrideByQuery('B', DASHED);
}
