/**
 * Selectors: a metric, narrowed by what is chosen at the top of the dashboard.
 *
 * Invariants: every selector carries the matchers of all the variables its metric has labels for; every rate uses
 * `$__rate_interval`, which Grafana keeps at four scrapes or more; counters and buckets are reachable through rates only,
 * but for the one in {@link Selectors.folded}.
 */
import { LABELS, METRICS, type MetricScope } from '../../src/telemetry/names.js';
import { type Matcher, sum, type Vector } from './expressions.js';
import {
  type Counter,
  type Foreign,
  type Gauge,
  type Histogram,
  type LabelOf,
  type Metric,
  metricName,
  type TargetLabel,
} from './metrics.js';

/** The processes that are chosen. */
export const CHOSEN_TARGETS = ['job=~"$job"', 'instance=~"$instance"'];

/**
 * How the chosen lock is matched. Grafana escapes a variable of many values as a regular expression, and one of a single
 * value as a string: a lock may be named `GET /a+b`, so each needs its own operator.
 */
export const CHOSEN_LOCK = { many: `${LABELS.name}=~"$lock"`, one: `${LABELS.name}="$lock"` } as const;

export class Selectors {
  readonly #matchers: Record<MetricScope, readonly string[]>;

  constructor(chosen: keyof typeof CHOSEN_LOCK) {
    const backend = [...CHOSEN_TARGETS, `${LABELS.backend}=~"$backend"`];
    this.#matchers = { process: CHOSEN_TARGETS, backend, lock: [...backend, CHOSEN_LOCK[chosen]] };
  }

  gauge<M extends Gauge>(metric: M, ...where: Matcher<LabelOf<M>>[]): Vector<LabelOf<M>> {
    return this.#select(metric, '', where);
  }

  rate<M extends Counter>(metric: M, ...where: Matcher<LabelOf<M>>[]): Vector<LabelOf<M>> {
    return overInterval('rate', this.#select(metric, '', where));
  }

  /** Events in each interval: for what is rare enough to be counted one by one. */
  increase<M extends Counter>(metric: M, ...where: Matcher<LabelOf<M>>[]): Vector<LabelOf<M>> {
    return overInterval('increase', this.#select(metric, '', where));
  }

  /** Observations per second (`count`), or seconds observed per second (`sum`). */
  observed<M extends Histogram>(metric: M, part: 'count' | 'sum', ...where: Matcher<LabelOf<M>>[]): Vector<LabelOf<M>> {
    return overInterval('rate', this.#select(metric, `_${part}`, where));
  }

  /** Observations per bucket and interval, for a heatmap. */
  buckets<M extends Histogram>(metric: M): string {
    const buckets: Vector<'le'> = overInterval('increase', this.#select(metric, '_bucket', []));
    return sum(buckets, 'le');
  }

  /** `NaN` while nothing is observed: Prometheus divides by no observations. */
  quantile<M extends Histogram, B extends LabelOf<M> = never>(q: number, metric: M, ...by: B[]): Vector<B> {
    const buckets: Vector<B | 'le'> = overInterval('rate', this.#select(metric, '_bucket', []));
    return `histogram_quantile(${q}, ${sum<B | 'le', B | 'le'>(buckets, ...by, 'le')})`;
  }

  /** A counter as it stands: names that went over the limit stay over it, so the sum so far is what is true now. */
  folded(): Vector<LabelOf<'labelOverflow'>> {
    return this.#select('labelOverflow', '', []);
  }

  /** A gauge that another package, or Prometheus, makes of each process. */
  foreign(name: Foreign): Vector<TargetLabel> {
    return `${name}{${CHOSEN_TARGETS.join(',')}}`;
  }

  #select(metric: Metric, suffix: string, where: readonly Matcher<string>[]): string {
    const matchers = [...this.#matchers[METRICS[metric].scope], ...where.map(({ text }) => text)];
    return `${metricName(metric)}${suffix}{${matchers.join(',')}}`;
  }
}

function overInterval(fn: 'rate' | 'increase', selector: string): string {
  return `${fn}(${selector}[$__rate_interval])`;
}
