/**
 * Arrivals, queue and wait belong together: L = λ · W, whatever the load looks like. The wait is shown twice, from sources
 * that share nothing, because where they part something is going on that neither shows alone.
 */
import { OpsPerSecond, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { ratio, sum } from '../expressions.js';
import { DASHED, range, timeSeries } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

export function littlesLaw(q: Queries): Row {
  return { title: "Little's law", panels: [arrivals(q), queueLength(q), meanWait(q)] };
}

function arrivals(q: Queries) {
  return timeSeries({
    title: 'λ: attempts per second',
    description:
      'Attempts that ended, with every outcome, per second. Over longer times that is how many arrive. When it grows and ' +
      'the hold time does not, the load is what has changed.',
    unit: OpsPerSecond,
  })
    .min(0)
    .withTarget(range('A', sum(q.rate('acquisitions')), 'λ'));
}

function queueLength(q: Queries) {
  return timeSeries({
    title: 'L: mean queue',
    description:
      'Callers that wait, on average over the interval, those who wait now included: time queued, per second. It sees ' +
      'every burst, where the queue depth is only what it was when Prometheus looked.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', q.timeLost(), 'L'));
}

function meanWait(q: Queries) {
  const observed = ratio(sum(q.observed('waitDuration', 'sum')), sum(q.observed('waitDuration', 'count')));
  return timeSeries({
    title: 'W: mean wait',
    description:
      'Solid: L / λ, which includes waits in progress. Dashed: mean of the waits that ended. They agree in a steady ' +
      'state. Solid above dashed: callers are piling up now. Dashed above solid: long waits have just ended. A gap means ' +
      'that no attempt ended.',
    unit: Seconds,
  })
    .min(0)
    .withTarget(range('A', ratio(q.timeLost(), sum(q.rate('acquisitions'))), 'L / λ'))
    .withTarget(range('B', observed, 'histogram'))
    .overrideByQuery('B', DASHED);
}
