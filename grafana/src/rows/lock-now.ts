/** What is true of one lock at each moment, holds and waits that have not ended included. */
import { Seconds } from '@grafana/grafana-foundation-sdk/units';
import { max } from '../expressions.js';
import { HALF, range } from '../panels.js';
import type { Queries } from '../queries.js';
import { age, queues } from './now.js';
import type { Row } from './row.js';

export function lockNow(q: Queries): Row {
  return { title: 'Now', panels: [queues(q).span(HALF), ages(q)] };
}

function ages(q: Queries) {
  return age({
    title: 'Oldest hold, oldest waiter',
    description:
      'Age of the oldest hold in progress, and how long the caller at the head of the line has been waiting; 0 when there ' +
      'is none. A straight climb of both is a holder that does not let go. A climb of the waiter alone, with short holds, ' +
      'is a queue that is longer than the load can clear. The line is at 60 s.',
    unit: Seconds,
  })
    .span(HALF)
    .withTarget(range('A', max(q.gauge('holderAge')), 'oldest hold'))
    .withTarget(range('B', max(q.gauge('waiterAge')), 'oldest waiter'));
}
