/** Holds of this lock that did not end as their holder meant them to. Only a lock on a server has leases: 0 in memory. */
import { OpsPerSecond, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { sum } from '../expressions.js';
import { inColours, legendOf, range, timeSeries } from '../panels.js';
import type { Queries } from '../queries.js';
import { REASONS } from './failures.js';
import type { Row } from './row.js';

export function lockFailures(q: Queries): Row {
  return { title: 'Failures', panels: [forced(q), renewals(q), lost(q)] };
}

function forced(q: Queries) {
  return timeSeries({
    title: 'Forced releases by reason',
    description:
      `Holds that somebody else than their holder ended, in each interval. ${REASONS} Work of the holder may still run ` +
      'without the lock: look at what it does after that time.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', sum(q.increase('forcedReleases'), LABELS.reason), legendOf(LABELS.reason)));
}

function renewals(q: Queries) {
  const panel = timeSeries({
    title: 'Lease renewals by result',
    description:
      'Renewals of its leases per second; 0 for a lock in memory. Errors that last as long as a lease lose it. None ' +
      'while it is held for long on a server: its holder is blocked and cannot renew.',
    unit: OpsPerSecond,
  })
    .min(0)
    .withTarget(range('A', sum(q.rate('leaseRenewals'), LABELS.result), legendOf(LABELS.result)));
  return inColours(panel, { ok: 'green', error: 'red' });
}

function lost(q: Queries) {
  return timeSeries({
    title: 'Lost leases by instance',
    description:
      'Leases that expired or were taken away while their holder believed to hold the lock, in each interval, by the ' +
      'process that lost them; 0 for a lock in memory. Two holders may have overlapped: check the data they write.',
    unit: Short,
  })
    .min(0)
    .withTarget(range('A', sum(q.increase('leaseLost'), 'instance'), legendOf('instance')));
}
