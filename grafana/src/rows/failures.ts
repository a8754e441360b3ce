/** What went wrong: attempts that got nothing, holds that were ended for their holder, holders that wait for one another. */
import { OpsPerSecond, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { is, sum } from '../expressions.js';
import { legendOf, range, timeSeries } from '../panels.js';
import { FAILED, type Queries } from '../queries.js';
import type { Row } from './row.js';

/** What the reasons of a forced release mean, for descriptions. */
export const REASONS =
  'abandoned: the HTTP client left, and the grace it was given ran out. max_hold: held for as long as its driver ' +
  'allows. closed: its driver was closed while it was held.';

export function failures(q: Queries): Row {
  return { title: 'Failures', panels: [withoutLock(q), forced(q), deadlocks(q)] };
}

function withoutLock(q: Queries) {
  const failed = q.rate('acquisitions', is(LABELS.outcome, ...FAILED, 'aborted'));
  const by = [LABELS.name, LABELS.outcome] as const;
  return timeSeries({
    title: 'Attempts without the lock, by lock',
    description:
      'Attempts per second that ended without the lock although the caller wanted to wait, by lock and outcome. ' +
      'timeout: holds are too long for the timeout. rejected: the queue is bounded too tightly, or load must be shed ' +
      'earlier. aborted: clients leave before their turn. error: the backend failed.',
    unit: OpsPerSecond,
  })
    .min(0)
    .withTarget(range('A', sum(failed, ...by), legendOf(...by)));
}

function forced(q: Queries) {
  const by = [LABELS.name, LABELS.reason] as const;
  return timeSeries({
    title: 'Forced releases',
    description:
      `Holds that somebody else than their holder ended, in each interval, by lock and reason. ${REASONS} Work of the ` +
      'holder may still run without the lock: look at what it does after that time.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', sum(q.increase('forcedReleases'), ...by), legendOf(...by)));
}

function deadlocks(q: Queries) {
  return timeSeries({
    title: 'Deadlocks',
    description:
      'Circles of holders that wait for one another, found in each interval, by process and whichever lock is chosen. ' +
      'They end by a timeout or never: take the locks in one order everywhere, or one lock for both.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', sum(q.increase('deadlocks'), 'instance'), legendOf('instance')));
}
