/**
 * Every name that leaves this package in telemetry: metrics, their labels, span names and attributes. Dashboards, rules and
 * docs are tested against this file.
 *
 * Names follow the OpenTelemetry naming rules (own prefix, no unit and no `_total` in the OpenTelemetry name) and the
 * Prometheus ones (base unit last, counters end in `_total`); a label is the attribute with its dots as underscores, so one
 * dashboard fits both paths.
 */

/** One metric. `name` is without the prefix. */
export interface MetricName {
  readonly name: string;
  readonly type: 'histogram' | 'counter' | 'gauge';
  readonly help: string;
}

export const METRIC_PREFIX = 'lockmeter_';

export const METRICS = {
  waitDuration: {
    name: 'wait_duration_seconds',
    type: 'histogram',
    help: 'Time from asking for the lock to the outcome, for every outcome; 0 when it was free.',
  },
  holdDuration: {
    name: 'hold_duration_seconds',
    type: 'histogram',
    help: 'Time from getting the lock to its release. A hold in progress is not in it: see holder_age_seconds.',
  },
  acquisitions: {
    name: 'acquisitions_total',
    type: 'counter',
    help: 'Attempts to get the lock that have ended, by outcome.',
  },
  contended: {
    name: 'contended_total',
    type: 'counter',
    help: 'Attempts that had to queue, counted when they ended.',
  },
  heldTime: {
    name: 'held_time_seconds_total',
    type: 'counter',
    help: 'Time the lock was held, the hold in progress included. Its rate is the utilisation.',
  },
  queuedTime: {
    name: 'queued_time_seconds_total',
    type: 'counter',
    help: 'Time callers spent waiting, added up, those who wait now included. Its rate is the mean queue length.',
  },
  locked: {
    name: 'locked',
    type: 'gauge',
    help: 'Locks held now: 0 or 1, or the number of keys held.',
  },
  queueDepth: {
    name: 'queue_depth',
    type: 'gauge',
    help: 'Callers waiting now, the holder not counted.',
  },
  queueDepthMax: {
    name: 'queue_depth_max',
    type: 'gauge',
    help: 'The longest queue of a single lock under this name now.',
  },
  holderAge: {
    name: 'holder_age_seconds',
    type: 'gauge',
    help: 'Age of the oldest hold in progress; 0 when free.',
  },
  waiterAge: {
    name: 'waiter_age_seconds',
    type: 'gauge',
    help: 'How long the oldest waiter has been waiting; 0 when nobody waits.',
  },
} as const satisfies Record<string, MetricName>;

/** The labels of every metric above. */
export const LABELS = { name: 'lock_name', backend: 'lock_backend', outcome: 'lock_outcome' } as const;

/** The instrumentation scope of spans. */
export const SCOPE = 'lockmeter';

/** Span names are `<kind> <lock name>`: low-cardinality, because lock names are. */
export const SPANS = { wait: 'lock.wait', hold: 'lock.hold' } as const;

export const ATTRIBUTES = {
  name: 'lock.name',
  backend: 'lock.backend',
  keyHash: 'lock.key.hash',
  outcome: 'lock.outcome',
  queueDepth: 'lock.queue.depth',
  timeout: 'lock.timeout',
  contended: 'lock.contended',
  label: 'lock.label',
  linkType: 'lock.link.type',
  errorType: 'error.type',
} as const;

/** The value of `lock.link.type` on the link from a wait to the hold it waited for. */
export const BLOCKED_BY = 'blocked_by';
