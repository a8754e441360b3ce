/** Which lock costs the most? Ordered by time lost, because a lock that is busy but never waited for costs nothing. */
import { PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { HALF, legendOf, range, stackedSeries, timeSeries } from '../panels.js';
import type { Queries } from '../queries.js';
import { contendedLocks } from './contended-locks.js';
import type { Row } from './row.js';

const LEGEND = legendOf(LABELS.name);

export function contention(q: Queries): Row {
  return { title: 'Contention', panels: [contendedLocks(q), timeLost(q), contentionRatio(q)] };
}

function timeLost(q: Queries) {
  return stackedSeries({
    title: 'Time lost waiting, per second',
    description:
      'Seconds that callers spend in the queue of each lock, per second, those who wait now included. 3 s means that ' +
      'three callers are stuck at any time. The tallest colour is the lock to work on first.',
    unit: Seconds,
  })
    .span(HALF)
    .withTarget(range('A', q.timeLost(LABELS.name), LEGEND));
}

export function contentionRatio(q: Queries) {
  return timeSeries({
    title: 'Contention ratio',
    description:
      'Share of the attempts that had to queue, counted when they end; a gap where none ended. A high ratio with ' +
      'little time lost is harmless; with much time lost, callers collide: split the lock by key or hold it for less.',
    unit: PercentUnit,
  })
    .span(HALF)
    .min(0)
    .max(1)
    .withTarget(range('A', q.contention(LABELS.name), LEGEND));
}
