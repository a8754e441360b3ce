/** What its holders do with it: how long they hold it, and how much of the time is taken. */
import { Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { sum } from '../expressions.js';
import { heatmap } from '../heatmap.js';
import { HALF, quantiles, range, timeSeries } from '../panels.js';
import type { Queries } from '../queries.js';
import { NO_HOLDS, utilisation } from './hold.js';
import type { Row } from './row.js';

export function lockHold(q: Queries): Row {
  return { title: 'Hold', panels: [holdTime(q), holdHeatmap(q), utilisation(q), heldAtOnce(q)] };
}

function holdTime(q: Queries) {
  const text = {
    title: 'Hold time',
    description:
      'Time from getting the lock to its release. The wait of everybody behind is a multiple of it, so what runs while ' +
      `the lock is held (a query, a request) is what to shorten. A dot is a hold with a trace. ${NO_HOLDS}`,
    unit: Seconds,
  };
  return quantiles(text, (share) => q.quantile(share, 'holdDuration')).span(HALF);
}

function holdHeatmap(q: Queries) {
  const description =
    'How many holds took how long, counted when they end. A second band far above the first is a slow path, a retry or ' +
    'a timeout inside the critical section; it decides how long the others wait.';
  return heatmap('Hold time, distribution', description, q.buckets('holdDuration'));
}

function heldAtOnce(q: Queries) {
  return timeSeries({
    title: 'Held on average',
    description:
      'How many holds there are at any time, all processes and keys added up, holds in progress included. At most 1 for ' +
      'a lock on a server; at most one in each process for a lock in memory; with keys, one for each key.',
    unit: Short,
  })
    .span(HALF)
    .min(0)
    .withTarget(range('A', sum(q.rate('heldTime')), 'held'));
}
