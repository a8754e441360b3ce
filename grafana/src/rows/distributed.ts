/**
 * What only locks on a server have: round trips, and leases that must be renewed. The panels read 0 where every lock is in
 * memory, so that an empty panel always means missing metrics.
 */
import { OpsPerSecond, PercentUnit, Seconds, Short } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { sum } from '../expressions.js';
import { HALF, legendOf, range, timeSeries, traced } from '../panels.js';
import type { Queries } from '../queries.js';
import type { Row } from './row.js';

const BY_OPERATION = [LABELS.backend, LABELS.operation] as const;

export function distributed(q: Queries): Row {
  return { title: 'Distributed', panels: [trips(q), tripRate(q), errors(q), renewals(q), lost(q)] };
}

function trips(q: Queries) {
  return timeSeries({
    title: 'Backend p99',
    description:
      'The slowest 1 % of round trips to the server that keeps the locks, by operation, whichever lock is chosen. Every ' +
      'wait and every hold contains some. When renewals get near a third of the lease, leases are about to be lost. A ' +
      'gap means that there was no round trip (the quantile is NaN): locks in memory make none.',
    unit: Seconds,
  })
    .min(0)
    .withTarget(traced('A', q.quantile(0.99, 'backendDuration', ...BY_OPERATION), legendOf(...BY_OPERATION)));
}

function tripRate(q: Queries) {
  const by = [...BY_OPERATION, LABELS.result] as const;
  return timeSeries({
    title: 'Backend round trips',
    description:
      'Round trips per second, by operation and result, whichever lock is chosen; 0 for locks in memory. Far more acquires ' +
      'than acquisitions are attempts that are tried again; renewals grow with the number of locks that are held.',
    unit: OpsPerSecond,
  })
    .min(0)
    .withTarget(range('A', sum(q.observed('backendDuration', 'count'), ...by), legendOf(...by)));
}

function errors(q: Queries) {
  return timeSeries({
    title: 'Backend errors',
    description:
      'Share of the round trips that failed, by backend; 0 when there was none. Above 0 the server or the way to it is ' +
      'in trouble: attempts end in error, and when renewals fail for the length of a lease, the lock is lost.',
    unit: PercentUnit,
  })
    .min(0)
    .axisSoftMax(0.1)
    .withTarget(range('A', q.backendErrors(LABELS.backend), legendOf(LABELS.backend)));
}

function renewals(q: Queries) {
  const by = [LABELS.backend, LABELS.result] as const;
  return timeSeries({
    title: 'Lease renewals',
    description:
      'Renewals of leases per second, by result; 0 for locks in memory. Errors that last as long as a lease lose it. No ' +
      'renewals while a lock on a server is held for long means that its holder is blocked: see Event-loop lag.',
    unit: OpsPerSecond,
  })
    .span(HALF)
    .min(0)
    .withTarget(range('A', sum(q.rate('leaseRenewals'), ...by), legendOf(...by)));
}

function lost(q: Queries) {
  return timeSeries({
    title: 'Lost leases',
    description:
      'Leases that expired or were taken away while their holder believed to hold the lock, in each interval, by lock. ' +
      'Two holders may have overlapped: check the data they write, and use the fencing token. It should always be 0.',
    unit: Short,
  })
    .span(HALF)
    .min(0)
    .withTarget(range('A', sum(q.increase('leaseLost'), LABELS.name), legendOf(LABELS.name)));
}
