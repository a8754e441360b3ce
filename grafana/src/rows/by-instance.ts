/** In which process? One that differs from its peers points to its load, its data or its machine; all alike, to the code. */
import { PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { max, sum } from '../expressions.js';
import { HALF, legendOf, range, timeSeries, traced } from '../panels.js';
import type { Queries } from '../queries.js';
import { age } from './now.js';
import type { Row } from './row.js';
import { NO_ATTEMPTS } from './wait.js';

const LEGEND = legendOf('instance');

export function byInstance(q: Queries): Row {
  return { title: 'By instance', panels: [waits(q), shares(q), queued(q), holders(q)] };
}

function waits(q: Queries) {
  return timeSeries({
    title: 'p99 wait by instance',
    description:
      'The slowest 1 % of attempts in each process. A process that stands out has more load, slower holds, or a blocked ' +
      `event loop. ${NO_ATTEMPTS}`,
    unit: Seconds,
  })
    .span(HALF)
    .min(0)
    .withTarget(traced('A', q.quantile(0.99, 'waitDuration', 'instance'), LEGEND));
}

function shares(q: Queries) {
  return timeSeries({
    title: 'Utilisation by instance',
    description:
      'Share of the time each process held the lock, holds in progress included. A lock in memory is a lock of its own ' +
      'in each; of a lock on a server this is what each process takes, and together they cannot exceed 100 %. A name ' +
      'with keys is many locks, and has none.',
    unit: PercentUnit,
  })
    .span(HALF)
    .min(0)
    .axisSoftMax(1)
    .noValue('Has keys')
    .withTarget(range('A', max(q.shareHeld(), 'instance'), LEGEND));
}

function queued(q: Queries) {
  return timeSeries({
    title: 'Mean queue by instance',
    description:
      'Callers that wait in each process, on average over the interval, those who wait now included. A line that does ' +
      'not come back to 0 is a queue that never empties.',
    unit: Short,
  })
    .span(HALF)
    .min(0)
    .withTarget(range('A', sum(q.rate('queuedTime'), 'instance'), LEGEND));
}

function holders(q: Queries) {
  return age({
    title: 'Oldest hold by instance',
    description:
      'Age of the oldest hold in progress in each process, 0 when free: this is where the holder runs that the others ' +
      'wait for. Look there at its trace and its log. The line is at 60 s.',
    unit: Seconds,
  })
    .span(HALF)
    .withTarget(range('A', max(q.gauge('holderAge'), 'instance'), LEGEND));
}
