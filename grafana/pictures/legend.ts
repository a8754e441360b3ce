/**
 * The series of a panel, with the names that the legend templates of their queries give them.
 */
import { type ResultSeries, seriesOf, type TargetResult } from './dashboard-json.js';

/** A series, its name, and the query it is from. */
export interface NamedResult {
  readonly refId: string;
  readonly name: string;
  readonly series: ResultSeries;
}

/**
 * All series of all queries, in their order.
 *
 * @example
 * namedResults(results).map(({ name }) => name); // ['inventory p99', 'inventory p50']
 */
export function namedResults(results: readonly TargetResult[]): NamedResult[] {
  return results.flatMap((result) =>
    seriesOf(result).map((series) => ({
      refId: result.refId,
      name: seriesName(result.legendFormat, series.metric),
      series,
    })),
  );
}

/**
 * `{{label}}` is the value of the label; a label that the series does not have is nothing. Without a template, the labels
 * as Prometheus writes them.
 *
 * @example
 * seriesName('{{lock_name}} p99', { lock_name: 'inventory' }); // 'inventory p99'
 */
export function seriesName(template: string | undefined, metric: Readonly<Record<string, string>>): string {
  if (template !== undefined && template !== '' && template !== '__auto') {
    return template.replace(/\{\{\s*([^}\s]+)\s*\}\}/g, (_match, label: string) => metric[label] ?? '').trim();
  }
  const { __name__: name = '', ...labels } = metric;
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 && name !== '' ? name : `${name}{${pairs.join(', ')}}`;
}
