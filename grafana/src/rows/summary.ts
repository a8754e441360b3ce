/** Is anything wrong right now? Six numbers, green when nothing is. */
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { NoUnit, PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { instant, stat } from '../panels.js';
import * as q from '../queries.js';
import type { Row } from './row.js';

export function summary(): Row {
  return {
    title: 'Summary',
    panels: [locks(), held(), waiters(), oldestHold(), failing(), busiest()],
  };
}

function locks() {
  return stat({
    title: 'Locks in use',
    description:
      'Lock names that export numbers, over the chosen instances. When it grows without end, something that belongs in ' +
      'the key of a lock (an id, a path) is used as its name.',
    unit: NoUnit,
  }).withTarget(instant('A', `count(count by (${LABELS.name}) (${q.gauge('locked')}))`));
}

function held() {
  return stat({
    title: 'Held now',
    description:
      'Locks that are held at this moment; a lock with keys counts each key that is held. High is not bad: look at who ' +
      'waits for them.',
    unit: Short,
  }).withTarget(instant('A', q.sum(q.gauge('locked'))));
}

function waiters() {
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
  ).withTarget(instant('A', q.sum(q.gauge('queueDepth'))));
}

function oldestHold() {
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
  ).withTarget(instant('A', q.max(q.gauge('holderAge'))));
}

function failing() {
  const failed = q.sum(q.rate('acquisitions', q.outcomeIs(q.FAILED)));
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
    .withTarget(instant('A', q.ratio(failed, q.sum(q.rate('acquisitions')))));
}

function busiest() {
  return stat(
    {
      title: 'Most saturated lock',
      description:
        'The lock that was held for the largest share of the time, in its busiest process. Above 80 % queues grow ' +
        'quickly: hold it for less, or split it by key. A name whose keys are held at the same time can exceed 100 %; ' +
        'those above 110 % are left out here, the row Hold has them.',
      unit: PercentUnit,
    },
    { value: 0.6, color: 'yellow' },
    { value: 0.8, color: 'red' },
  )
    .textMode(BigValueTextMode.ValueAndName)
    .noValue('None')
    .withTarget(instant('A', `topk(1, ${q.utilisation(LABELS.name)} <= 1.1)`, `{{${LABELS.name}}}`));
}
