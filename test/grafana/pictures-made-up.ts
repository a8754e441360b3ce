/**
 * Results for any dashboard without a Prometheus: what each query would give, with made-up numbers.
 *
 * Invariant: the numbers depend on the query and the clock of the fixture only, so a picture of them is always the same.
 */
import type { QueryData, RangeSeries } from '../../grafana/live/prometheus-api.js';
import type { DashboardJson, PanelJson, TargetResult } from '../../grafana/pictures/dashboard-json.js';

export const FROM = 1_800_000_000;
export const STEP = 2;
export const STEPS = 90;

/** What the labels of the made-up series are. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  lock_name: ['POST /checkout', 'config', 'inventory', 'payment'],
  lock_backend: ['memory'],
  lock_outcome: ['aborted', 'acquired', 'rejected', 'timeout'],
  instance: ['10.0.0.7:3000', '10.0.0.8:3000'],
  le: ['0.001', '0.01', '0.1', '1', '10', '+Inf'],
};

/** A result for every target of every panel. */
export function madeUpResults({ panels }: DashboardJson): TargetResult[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]).flatMap(resultsOf);
}

/** A range result of one series: a value a step, `NaN` where there is `null`. */
export function madeUpSeries(metric: Record<string, string>, values: readonly (number | null)[]): RangeSeries {
  return { metric, values: values.map((value, i) => [FROM + i * STEP, String(value ?? Number.NaN)] as const) };
}

function resultsOf({ id, type, targets = [] }: PanelJson): TargetResult[] {
  return targets.map(({ refId, expr, legendFormat }, at) => {
    const instant = type === 'stat' || type === 'table';
    const series = combinations(labelsOf(expr, legendFormat)).map((metric, i) => {
      const values = Array.from({ length: STEPS }, (_, step) => wave(step, i + 3 * at) * (metric.le ? i + 1 : 1));
      return madeUpSeries(metric, values);
    });
    const result: QueryData = instant
      ? { resultType: 'vector', result: series.map(({ metric, values }, i) => ({ metric, value: values[i]! })) }
      : { resultType: 'matrix', result: series };
    return { panelId: id, refId, legendFormat, result };
  });
}

/** The labels that the first aggregation keeps, and those that the legend names. */
function labelsOf(expr: string, legend = ''): string[] {
  const [, by = ''] = /^\w*\(?(?:[\d.$a-z]+, )?(?:sum|max) by \(([^)]*)\)/.exec(expr) ?? [];
  const inLegend = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
  const eaten = expr.startsWith('histogram_quantile') ? 'le' : '';
  return [...new Set([...by.split(/,\s*/), ...inLegend])].filter((label) => label !== '' && label !== eaten);
}

function combinations(labels: readonly string[]): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (all, label) => all.flatMap((one) => (VALUES[label] ?? ['a', 'b']).map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

/** From 0 to 1. */
function wave(step: number, phase: number): number {
  return (1 + Math.sin(step / (4 + phase) + phase)) / 2 / (1 + (phase % 4));
}
