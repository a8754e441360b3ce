/**
 * Every name that leaves this package in telemetry: metrics, their labels, span names and attributes. Dashboards, rules and
 * docs are tested against this file.
 *
 * Names follow the OpenTelemetry naming rules (own prefix, no unit and no `_total` in the OpenTelemetry name) and the
 * Prometheus ones (base unit last, counters end in `_total`); a label is the attribute with its dots as underscores, so one
 * dashboard fits both paths.
 */

/** What the values of a metric are told apart by, beside what its scope says. */
export type MetricScope = 'lock' | 'process' | 'backend';

/** One metric. */
export interface MetricName {
  /** In Prometheus, without the prefix. */
  readonly name: string;
  /** In OpenTelemetry. */
  readonly otel: string;
  readonly type: 'histogram' | 'counter' | 'gauge';
  /** In UCUM, as OpenTelemetry has it. */
  readonly unit: string;
  /** `lock`: a value for each lock name and backend. `backend`: for each backend. `process`: one value. */
  readonly scope: MetricScope;
  /** How the values of several processes are joined. */
  readonly joined: 'sum' | 'max';
  readonly help: string;
}

export const METRIC_PREFIX = 'lockmeter_';

export const METRICS = {
  waitDuration: {
    name: 'wait_duration_seconds',
    otel: 'lockmeter.wait.duration',
    type: 'histogram',
    unit: 's',
    scope: 'lock',
    joined: 'sum',
    help: 'Time from asking for the lock to the outcome, for every outcome; 0 when it was free.',
  },
  holdDuration: {
    name: 'hold_duration_seconds',
    otel: 'lockmeter.hold.duration',
    type: 'histogram',
    unit: 's',
    scope: 'lock',
    joined: 'sum',
    help: 'Time from getting the lock to its release. A hold in progress is not in it: see holder_age_seconds.',
  },
  acquisitions: {
    name: 'acquisitions_total',
    otel: 'lockmeter.acquisitions',
    type: 'counter',
    unit: '{attempt}',
    scope: 'lock',
    joined: 'sum',
    help: 'Attempts to get the lock that have ended, by outcome.',
  },
  contended: {
    name: 'contended_total',
    otel: 'lockmeter.contended',
    type: 'counter',
    unit: '{attempt}',
    scope: 'lock',
    joined: 'sum',
    help: 'Attempts that had to queue, counted when they ended.',
  },
  heldTime: {
    name: 'held_time_seconds_total',
    otel: 'lockmeter.held.time',
    type: 'counter',
    unit: 's',
    scope: 'lock',
    joined: 'sum',
    help: 'Time the lock was held, the hold in progress included. Its rate is the utilisation.',
  },
  queuedTime: {
    name: 'queued_time_seconds_total',
    otel: 'lockmeter.queued.time',
    type: 'counter',
    unit: 's',
    scope: 'lock',
    joined: 'sum',
    help: 'Time callers spent waiting, added up, those who wait now included. Its rate is the mean queue length.',
  },
  locked: {
    name: 'locked',
    otel: 'lockmeter.locked',
    type: 'gauge',
    unit: '{lock}',
    scope: 'lock',
    joined: 'sum',
    help: 'Locks held now: 0 or 1, or the number of keys held.',
  },
  queueDepth: {
    name: 'queue_depth',
    otel: 'lockmeter.queue.depth',
    type: 'gauge',
    unit: '{request}',
    scope: 'lock',
    joined: 'sum',
    help: 'Callers waiting now, the holder not counted.',
  },
  queueDepthMax: {
    name: 'queue_depth_max',
    otel: 'lockmeter.queue.depth.max',
    type: 'gauge',
    unit: '{request}',
    scope: 'lock',
    joined: 'max',
    help: 'The longest queue of a single lock under this name now.',
  },
  holderAge: {
    name: 'holder_age_seconds',
    otel: 'lockmeter.holder.age',
    type: 'gauge',
    unit: 's',
    scope: 'lock',
    joined: 'max',
    help: 'Age of the oldest hold in progress; 0 when free.',
  },
  waiterAge: {
    name: 'waiter_age_seconds',
    otel: 'lockmeter.waiter.age',
    type: 'gauge',
    unit: 's',
    scope: 'lock',
    joined: 'max',
    help: 'How long the oldest waiter has been waiting; 0 when nobody waits.',
  },
  permits: {
    name: 'permits',
    otel: 'lockmeter.permits',
    type: 'gauge',
    unit: '{permit}',
    scope: 'lock',
    joined: 'sum',
    help: 'How many may hold it at once: 1. Absent for a name that several locks share, with keys for example.',
  },
  leaseLost: {
    name: 'lease_lost_total',
    otel: 'lockmeter.lease.lost',
    type: 'counter',
    unit: '{lease}',
    scope: 'lock',
    joined: 'sum',
    help: 'Leases that expired or were taken away while their holder believed to hold the lock. 0 in one process.',
  },
  leaseRenewals: {
    name: 'lease_renewals_total',
    otel: 'lockmeter.lease.renewals',
    type: 'counter',
    unit: '{renewal}',
    scope: 'lock',
    joined: 'sum',
    help: 'Renewals of leases, by result. 0 in one process.',
  },
  backendDuration: {
    name: 'backend_duration_seconds',
    otel: 'lockmeter.backend.duration',
    type: 'histogram',
    unit: 's',
    scope: 'backend',
    joined: 'sum',
    help: 'Round trips to the server that keeps the locks, by operation and result. None in one process.',
  },
  forcedReleases: {
    name: 'forced_releases_total',
    otel: 'lockmeter.forced.releases',
    type: 'counter',
    unit: '{release}',
    scope: 'lock',
    joined: 'sum',
    help: 'Holds that somebody else than their holder ended, by reason.',
  },
  deadlocks: {
    name: 'deadlocks_total',
    otel: 'lockmeter.deadlocks',
    type: 'counter',
    unit: '{deadlock}',
    scope: 'process',
    joined: 'sum',
    help: 'Circles of holders that wait for one another.',
  },
  labelOverflow: {
    name: 'label_overflow_total',
    otel: 'lockmeter.label.overflow',
    type: 'counter',
    unit: '{lock}',
    scope: 'process',
    joined: 'sum',
    help: 'Lock names that are counted under _other because the process has too many.',
  },
} as const satisfies Record<string, MetricName>;

/** The key of one metric in {@link METRICS}. */
export type MetricKey = keyof typeof METRICS;

/** The keys of the metrics of one type. */
export type MetricKeyOf<T extends MetricName['type']> = {
  [K in MetricKey]: (typeof METRICS)[K]['type'] extends T ? K : never;
}[MetricKey];

/** All of them, in the order in which they are exported. */
export const METRIC_KEYS: readonly MetricKey[] = Object.freeze(Object.keys(METRICS) as MetricKey[]);

/** The labels in Prometheus: the attributes below with their dots as underscores. */
export const LABELS = {
  name: 'lock_name',
  backend: 'lock_backend',
  outcome: 'lock_outcome',
  result: 'lock_result',
  operation: 'lock_operation',
  reason: 'lock_reason',
} as const;

/** The key of one label in {@link LABELS}. */
export type LabelKey = keyof typeof LABELS;
/** The instrumentation scope of spans. */
export const SCOPE = 'lockmeter';
/** Span names are `<kind> <lock name>`: low-cardinality, because lock names are. */
export const SPANS = { wait: 'lock.wait', hold: 'lock.hold' } as const;

/** The attributes of spans, metrics and links. Times in seconds. */
export const ATTRIBUTES = {
  name: 'lock.name',
  backend: 'lock.backend',
  keyHash: 'lock.key.hash',
  key: 'lock.key',
  outcome: 'lock.outcome',
  result: 'lock.result',
  operation: 'lock.operation',
  reason: 'lock.reason',
  queueDepth: 'lock.queue.depth',
  timeout: 'lock.timeout',
  contended: 'lock.contended',
  fencingToken: 'lock.fencing_token',
  label: 'lock.label',
  holderLabel: 'lock.holder.label',
  holderAge: 'lock.holder.age',
  holderProcess: 'lock.holder.process',
  leaseRenewals: 'lock.lease.renewals',
  leaseStall: 'lock.lease.stall',
  linkType: 'lock.link.type',
  deadlock: 'lock.deadlock.members',
  errorType: 'error.type',
} as const;

/** The value of `lock.link.type` on the link from a wait to the hold it waited for. */
export const BLOCKED_BY = 'blocked_by';

/** Events on waits that last (who holds, how many wait) or are in a deadlock, on holds that others waited for or that were lost. */
export const EVENTS = {
  slowWait: 'lock.slow_wait',
  queueObserved: 'lock.queue_observed',
  leaseLost: 'lock.lease_lost',
  deadlock: 'lock.deadlock',
} as const;
