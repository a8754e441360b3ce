/** How long do callers wait, and do they get the lock in the end? */
import { OpsPerSecond, Seconds } from '@grafana/grafana-foundation-sdk/units';
import type { Outcome } from '../../../src/stats.js';
import { LABELS } from '../../../src/telemetry/names.js';
import { sum } from '../expressions.js';
import { heatmap } from '../heatmap.js';
import { HALF, inColours, legendOf, quantiles, range, stackedSeries, timeSeries, traced } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

/** What a gap in a quantile of waits means, for descriptions. */
export const NO_ATTEMPTS =
  'A gap means that no attempt ended then (the quantile is NaN), not that nobody waits: see the row Now.';

export function wait(q: Queries): Row {
  return { title: 'Wait', panels: [waitTime(q), byLock(q), waitHeatmap(q), attempts(q)] };
}

export function waitTime(q: Queries) {
  const text = {
    title: 'Wait time',
    description:
      'Time from asking for a lock to the outcome, timeouts included; 0 when it was free. When p99 climbs and p50 does ' +
      `not, callers collide in bursts; when both climb, a lock is saturated. A dot is an attempt with a trace. ${NO_ATTEMPTS}`,
    unit: Seconds,
  };
  return quantiles(text, (share) => q.quantile(share, 'waitDuration')).span(HALF);
}

function byLock(q: Queries) {
  return timeSeries({
    title: 'p99 wait by lock',
    description:
      'The slowest 1 % of attempts on each lock. The one that climbs is the lock your slow requests wait for: compare ' +
      `its hold time and its utilisation below. ${NO_ATTEMPTS}`,
    unit: Seconds,
  })
    .span(HALF)
    .min(0)
    .withTarget(traced('A', q.quantile(0.99, 'waitDuration', LABELS.name), legendOf(LABELS.name)));
}

export function waitHeatmap(q: Queries) {
  const description =
    'How many attempts waited how long; the lowest band did not wait. Two bands at once are two kinds of callers, or ' +
    'two locks. A band at the height of your timeout is callers that give up.';
  return heatmap('Wait time, distribution', description, q.buckets('waitDuration'));
}

/** From got it to should have. */
const COLOURS: Readonly<Record<Outcome, string>> = {
  acquired: 'green',
  busy: 'blue',
  aborted: 'purple',
  rejected: 'yellow',
  timeout: 'orange',
  error: 'red',
};

export function attempts(q: Queries) {
  const panel = stackedSeries({
    title: 'Attempts by outcome',
    description:
      'Attempts that ended, per second. acquired: got the lock. timeout: waited too long. aborted: the caller gave up. ' +
      'rejected: the queue was full or the lock closed. busy: did not want to wait. error: the backend failed. When all ' +
      'but acquired grow, callers pile up faster than the lock is released.',
    unit: OpsPerSecond,
  })
    .span(HALF)
    .withTarget(range('A', sum(q.rate('acquisitions'), LABELS.outcome), legendOf(LABELS.outcome)));
  return inColours(panel, COLOURS);
}
