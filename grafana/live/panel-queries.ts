/**
 * The queries of a dashboard's panels, and what a Prometheus answers: the proof looks whether there is an answer, the
 * pictures draw it.
 *
 * Invariant: every target of every panel is asked, and its result is there once, in the order of the panels.
 */
import { type Dashboard, panelsOf, type Target } from './dashboards.js';
import type { PrometheusApi, QueryData, Range } from './prometheus-api.js';
import { type QueryTimes, substitute, type VariableValues, valuesOf } from './variables.js';

/** One target of one panel. */
export interface PanelQuery {
  /** The dashboard's uid. */
  readonly dashboard: string;
  readonly panelId: number;
  readonly panelTitle: string;
  readonly panelDescription: string;
  readonly refId: string;
  /** With its variables, as the file has it. */
  readonly expr: string;
  readonly legendFormat: string;
  /** One value at the end of the range; otherwise a value per step. */
  readonly instant: boolean;
}

/** A query, and its answer. */
export interface PanelResult extends PanelQuery {
  /** What was asked, without variables. */
  readonly asked: string;
  /** A matrix, or a vector where {@link PanelQuery.instant}. */
  readonly result: QueryData;
}

/** Over which time a dashboard is asked, and what is chosen in it. */
export interface PanelQueryOptions {
  /** Seconds since the epoch. */
  readonly range: Range;
  /** What `$__rate_interval` is, in seconds. */
  readonly rateInterval: number;
  /** The variables that are not as they are when the dashboard is opened. */
  readonly chosen?: VariableValues;
}

/** Every target of every panel. */
export function panelQueries(dashboard: Dashboard): PanelQuery[] {
  return panelsOf(dashboard).flatMap(({ id, title, description = '', targets = [] }) =>
    targets.map((target) => ({
      dashboard: dashboard.uid,
      panelId: id,
      panelTitle: title,
      panelDescription: description,
      refId: target.refId,
      expr: target.expr,
      legendFormat: target.legendFormat ?? '__auto',
      instant: isInstant(target),
    })),
  );
}

/**
 * Asks them all.
 *
 * @throws Error when a variable has no value, or Prometheus refuses a query.
 * @example
 * const end = Date.now() / 1e3;
 * const results = await runPanelQueries(api, dashboard, { range: { start: end - 60, end, step: 1 }, rateInterval: 15 });
 */
export async function runPanelQueries(
  api: PrometheusApi,
  dashboard: Dashboard,
  { range, rateInterval, chosen = {} }: PanelQueryOptions,
): Promise<PanelResult[]> {
  const values = valuesOf(dashboard, chosen);
  const times: QueryTimes = { rateInterval, interval: range.step, range: Math.round(range.end - range.start) };
  const results: PanelResult[] = [];
  for (const query of panelQueries(dashboard)) {
    const asked = substitute(query.expr, values, times);
    const result = query.instant ? await api.query(asked, range.end) : await api.queryRange(asked, range);
    results.push({ ...query, asked, result });
  }
  return results;
}

/** Grafana asks for the range unless only the instant is wanted. */
function isInstant({ instant = false, range = false }: Target): boolean {
  return instant && !range;
}
