/** Is anything wrong right now? Six numbers, green when nothing is. */
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { NoUnit, PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { count, max, ratio, sum, top } from '../expressions.js';
import { instant, legendOf, stat } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

export function summary(q: Queries): Row {
  return { title: 'Summary', panels: [locks(q), held(q), waiters(q), oldestHold(q), failing(q), busiest(q)] };
}

function locks(q: Queries) {
  return stat({
    title: 'Locks in use',
    description:
      'Lock names that export numbers, over the chosen instances. When it grows without end, something that belongs in ' +
      'the key of a lock (an id, a path) is used as its name.',
    unit: NoUnit,
  }).withTarget(instant('A', count(count(q.gauge('locked'), LABELS.name))));
}

function held(q: Queries) {
  return stat({
    title: 'Held now',
    description:
      'Locks that are held at this moment; a lock with keys counts each key that is held. High is not bad: look at who ' +
      'waits for them.',
    unit: Short,
  }).withTarget(instant('A', sum(q.gauge('locked'))));
}

function waiters(q: Queries) {
  return stat(
    {
      title: 'Waiting now',
      description:
        'Callers in the queues of all chosen locks at this moment. When it stays high, the row Contention says which ' +
        'lock they wait for, and the row Now for how long.',
      unit: Short,
    },
    { value: 10, color: 'yellow' },
    { value: 100, color: 'red' },
  ).withTarget(instant('A', sum(q.gauge('queueDepth'))));
}

export function oldestHold(q: Queries) {
  return stat(
    {
      title: 'Oldest hold now',
      description:
        'Age of the oldest hold in progress, 0 when every lock is free. Over a minute somebody is probably stuck while ' +
        'holding a lock: find the lock in the row Now, then what its holder waits for.',
      unit: Seconds,
    },
    { value: 10, color: 'yellow' },
    { value: 60, color: 'red' },
  ).withTarget(instant('A', max(q.gauge('holderAge'))));
}

export function failing(q: Queries) {
  return stat(
    {
      title: 'Failing attempts',
      description:
        'Share of the attempts that ended in a timeout, a full queue or an error of the backend. These are failed ' +
        'requests for your users: shorten the holds, split the lock by key, or shed load earlier.',
      unit: PercentUnit,
    },
    { value: 0.001, color: 'yellow' },
    { value: 0.01, color: 'red' },
  )
    .noValue('No attempts')
    .withTarget(instant('A', ratio(q.failing(), sum(q.rate('acquisitions')))));
}

function busiest(q: Queries) {
  return stat(
    {
      title: 'Most saturated lock',
      description:
        'The lock that was held for the largest share of the time. Above 80 % queues grow quickly: hold it for less, or ' +
        'split it by key. In memory it is that of its busiest process, on a server that of all processes. Names with ' +
        'keys are many locks, and are not here.',
      unit: PercentUnit,
    },
    { value: 0.6, color: 'yellow' },
    { value: 0.8, color: 'red' },
  )
    .textMode(BigValueTextMode.ValueAndName)
    .noValue('None')
    .withTarget(instant('A', top(1, q.utilisation(LABELS.name)), legendOf(LABELS.name)));
}
