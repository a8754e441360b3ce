/**
 * The part of Prometheus's HTTP API that the proofs and the pictures ask, with its answers typed.
 *
 * Invariant: an answer that is not a success is an error that names the question. Times are seconds since the epoch, as
 * Prometheus has them.
 */

/** What tells the series of a metric apart; the name itself is `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** A moment in seconds since the epoch, and the value as text: `'NaN'` and `'+Inf'` are no JSON numbers. */
export type Sample = readonly [time: number, value: string];

/** One series over a range. A moment without a value has no sample. */
export interface RangeSeries {
  readonly metric: Labels;
  readonly values: readonly Sample[];
}

/** One series at a moment. */
export interface InstantSeries {
  readonly metric: Labels;
  readonly value: Sample;
}

/** The `data` of an answer to a query. */
export type QueryData =
  | { readonly resultType: 'matrix'; readonly result: readonly RangeSeries[] }
  | { readonly resultType: 'vector'; readonly result: readonly InstantSeries[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: Sample };

/** A range of time in seconds since the epoch, and the seconds between two samples of an answer. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** What is known of a metric family. */
export interface Metadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** The exemplars of one series. */
export interface SeriesExemplars {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly { readonly labels: Labels; readonly value: string; readonly timestamp: number }[];
}

/** The rules that are loaded, as far as they are looked at. */
export interface RuleGroups {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly {
      readonly type: 'recording' | 'alerting';
      readonly name: string;
      readonly health: string;
      readonly lastError?: string;
    }[];
  }[];
}

/** How the last scrape of each target went. */
export interface Targets {
  readonly activeTargets: readonly {
    readonly health: string;
    readonly lastError: string;
    readonly lastScrape: string;
  }[];
}

/**
 * @example
 * const api = new PrometheusApi('http://127.0.0.1:9090');
 * await api.query('sum(lockmeter_queue_depth)', Date.now() / 1e3);
 */
export class PrometheusApi {
  constructor(readonly url: string) {}

  /** The value of `expr` at `time`. */
  query(expr: string, time: number): Promise<QueryData> {
    return this.get('query', { query: expr, time: String(time) });
  }

  /** The values of `expr` over a range. */
  queryRange(expr: string, { start, end, step }: Range): Promise<QueryData> {
    return this.get('query_range', { query: expr, start: String(start), end: String(end), step: String(step) });
  }

  /** By metric family: a counter of an OpenMetrics page is there without its `_total`. */
  metadata(): Promise<Record<string, Metadata[]>> {
    return this.get('metadata', {});
  }

  exemplars(expr: string, start: number, end: number): Promise<SeriesExemplars[]> {
    return this.get('query_exemplars', { query: expr, start: String(start), end: String(end) });
  }

  rules(): Promise<RuleGroups> {
    return this.get('rules', {});
  }

  targets(): Promise<Targets> {
    return this.get('targets', {});
  }

  /** The folder that it runs in. */
  async workingDirectory(): Promise<string> {
    return (await this.get<{ CWD: string }>('status/runtimeinfo', {})).CWD;
  }

  private async get<T>(path: string, parameters: Record<string, string>): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await answer.json()) as { status: string; data: T; error?: string };
    if (body.status !== 'success') throw new Error(`${path} ${parameters.query ?? ''}: ${body.error}`);
    return body.data;
  }
}
