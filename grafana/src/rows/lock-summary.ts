/** The state of one lock at this moment, in six numbers. */
import { PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { max, sum } from '../expressions.js';
import { instant, stat } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';
import { failing, oldestHold } from './summary.js';

export function lockSummary(q: Queries): Row {
  return {
    title: 'Summary',
    panels: [held(q), waiting(q), oldestHold(q), oldestWaiter(q), utilisation(q), failing(q)],
  };
}

function held(q: Queries) {
  return stat({
    title: 'Held now',
    description:
      'How many processes hold the lock at this moment, or how many of its keys are held. High is not bad: look at who ' +
      'waits for it.',
    unit: Short,
  }).withTarget(instant('A', sum(q.gauge('locked'))));
}

function waiting(q: Queries) {
  return stat(
    {
      title: 'Waiting now',
      description:
        'Callers in its queues at this moment, the holder not counted. When it stays high, the row By instance says in ' +
        'which process, and the row Hold whether the holds or the load have grown.',
      unit: Short,
    },
    { value: 10, color: 'yellow' },
    { value: 100, color: 'red' },
  ).withTarget(instant('A', sum(q.gauge('queueDepth'))));
}

function oldestWaiter(q: Queries) {
  return stat(
    {
      title: 'Oldest waiter now',
      description:
        'How long the caller at the head of the line has been waiting, 0 when nobody waits. Longer than your users ' +
        'accept: give attempts a timeout, and look at the holder.',
      unit: Seconds,
    },
    { value: 1, color: 'yellow' },
    { value: 10, color: 'red' },
  ).withTarget(instant('A', max(q.gauge('waiterAge'))));
}

function utilisation(q: Queries) {
  return stat(
    {
      title: 'Utilisation now',
      description:
        'Share of the last interval in which the lock was held: in its busiest process for a lock in memory, in all of ' +
        'them together for one on a server. Above 80 % queues grow quickly. A name with keys is many locks and has none.',
      unit: PercentUnit,
    },
    { value: 0.6, color: 'yellow' },
    { value: 0.8, color: 'red' },
  )
    .noValue('Has keys')
    .withTarget(instant('A', q.utilisation()));
}
