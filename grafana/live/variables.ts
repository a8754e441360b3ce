/**
 * Puts values in the places of a dashboard's variables, as Grafana does before it asks Prometheus.
 *
 * Invariant: nothing that looks like a variable is left in a query; one without a value is an error, because Prometheus would
 * take it for text that matches nothing.
 */
import type { Dashboard } from './dashboards.js';

/** Values by the variable's name. */
export type VariableValues = Readonly<Record<string, string>>;

/** The times that Grafana works out of the panel's width and the time range, in seconds. */
export interface QueryTimes {
  /** `$__rate_interval`: what rates are taken over. */
  readonly rateInterval: number;
  /** `$__interval`: from one sample to the next. */
  readonly interval: number;
  /** `$__range`: the whole time range. */
  readonly range: number;
}

const ALL = '$__all';
/** What stands for "All" is an expression already. */
const EVERYTHING: ReadonlySet<string> = new Set(['.+', '.*']);
const REFERENCE = /\$(?:(\w+)|\{(\w+)(?::(\w+))?\})/g;

/**
 * What the variables of a dashboard are when it is opened; `chosen` goes first.
 *
 * @example
 * valuesOf(dashboard, { lock: '/checkout' }); // { job: '.+', instance: '.+', lock: '/checkout', top: '5' }
 */
export function valuesOf(dashboard: Dashboard, chosen: VariableValues): VariableValues {
  const values: Record<string, string> = {};
  for (const { name, allValue, current } of dashboard.templating.list) {
    const [value] = [current?.value ?? []].flat() as string[];
    if (value === ALL && allValue !== undefined) values[name] = allValue;
    else if (value !== undefined && value !== '') values[name] = value;
  }
  return { ...values, ...chosen };
}

/**
 * The query as Prometheus gets it. `${name:regex}` is the value with everything escaped that a regular expression would take
 * for its own.
 *
 * @throws Error when a variable has no value.
 * @example
 * substitute('rate(up{job=~"$job"}[$__rate_interval])', { job: '.+' }, { rateInterval: 15, interval: 1, range: 60 });
 * // 'rate(up{job=~".+"}[15s])'
 */
export function substitute(expr: string, values: VariableValues, times: QueryTimes): string {
  const all: VariableValues = {
    ...values,
    __rate_interval: `${times.rateInterval}s`,
    __interval: `${times.interval}s`,
    __interval_ms: String(times.interval * 1e3),
    __range: `${times.range}s`,
    __range_s: String(times.range),
    __range_ms: String(times.range * 1e3),
  };
  return expr.replaceAll(REFERENCE, (reference: string, bare?: string, braced?: string, format?: string) => {
    const value = all[(bare ?? braced)!];
    if (value === undefined) throw new Error(`no value for ${reference} in ${expr}`);
    if (format === undefined) return value;
    if (format === 'regex') return EVERYTHING.has(value) ? value : value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    throw new Error(`no such format: ${reference} in ${expr}`);
  });
}
