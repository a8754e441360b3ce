/** Reads PromQL with Prometheus' own grammar, so that the rules look at the query and not at its text. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { METRIC_PREFIX, METRICS, type MetricName } from '../../src/telemetry/names.js';

/** One metric a query reads. */
export interface Selected {
  metric: string;
  /** `job=~"$job"` and the like. */
  matchers: string[];
  /** The function over its range, such as `rate`; undefined for an instant vector. */
  over: string | undefined;
  range: string | undefined;
}

/** What is exported, with the names Prometheus has for its series. */
export const EXPORTED = Object.values(METRICS).map((metric: MetricName) => {
  const full = METRIC_PREFIX + metric.name;
  const parts = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
  return { ...metric, full, series: parts.map((part) => full + part) };
});

/** The exported metric that a series belongs to. */
export function exportedAs(series: string) {
  return EXPORTED.find((metric) => metric.series.includes(series));
}

/** The query as Prometheus gets it, with values in place of Grafana's variables. */
export function filledIn(query: string, values: Readonly<Record<string, string>> = {}): string {
  return query
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$top', '5')
    .replaceAll(/(?<=")\$(\w+)(?=\|?")/g, (_text, name: string) => values[name] ?? '.+');
}

/** The places of a query where the grammar does not hold, and variables that are nothing Grafana fills in. */
export function syntaxErrors(query: string): string[] {
  const text = filledIn(query);
  const errors = text.includes('$') ? [`unknown variable: ${text.slice(text.indexOf('$'))}`] : [];
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError) errors.push(`at ${node.from}: ${text.slice(Math.max(0, node.from - 20), node.to + 20)}`);
    },
  });
  return errors;
}

/** Every metric a query reads. */
export function selected(query: string): Selected[] {
  // Only the range is not PromQL yet; it gets a name of the same length so that positions stay those of the query.
  const text = query
    .replaceAll('$__rate_interval', '9'.repeat('$__rate_interval'.length - 1).concat('s'))
    .replaceAll('$top', '0005');
  const found: Selected[] = [];
  parser.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name === 'VectorSelector') found.push(read(query, node));
    },
  });
  return found;
}

function read(query: string, selector: SyntaxNode): Selected {
  const text = (node: SyntaxNode | null) => (node ? query.slice(node.from, node.to) : '');
  const matrix = selector.parent?.name === 'MatrixSelector' ? selector.parent : undefined;
  const call = matrix?.parent?.parent;
  return {
    metric: text(selector.getChild('Identifier')),
    matchers: (selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(text),
    over: call?.name === 'FunctionCall' ? text(call.getChild('FunctionIdentifier')) : undefined,
    range: matrix && query.slice(selector.to + 1, matrix.to - 1),
  };
}
