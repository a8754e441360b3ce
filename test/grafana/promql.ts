/** Reads PromQL with Prometheus' own grammar, so that the rules below look at the query and not at its text. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { METRIC_PREFIX, METRICS } from '../../src/telemetry/names.js';

/** One metric a query reads. */
export interface Selected {
  metric: string;
  /** `job=~"$job"` and the like. */
  matchers: string[];
  /** The function over its range, such as `rate`; undefined for an instant vector. */
  over: string | undefined;
  range: string | undefined;
}

/** The metric names Prometheus has for each exported one. */
export const EXPORTED = Object.values(METRICS).map(({ name, type }) => {
  const full = METRIC_PREFIX + name;
  return { full, type, series: type === 'histogram' ? ['_bucket', '_sum', '_count'].map((s) => full + s) : [full] };
});

/** The places of a query where the grammar does not hold, with Grafana's variables replaced by values. */
export function syntaxErrors(query: string): string[] {
  const text = query
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$top', '5')
    .replaceAll(/"\$\w+"/g, '".+"');
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

/** Metrics a query reads that this package does not export. */
export function unknownMetrics(query: string): string[] {
  const known = new Set(EXPORTED.flatMap(({ series }) => series));
  return selected(query)
    .map(({ metric }) => metric)
    .filter((metric) => !known.has(metric));
}

/** Counters and buckets a query reads without a rate, and rates whose range is not Grafana's. */
export function badRates(query: string): string[] {
  return selected(query)
    .filter(({ metric, over, range }) => {
      const cumulative = /_(total|bucket|sum|count)$/.test(metric);
      const rated = over === 'rate' || over === 'increase';
      return cumulative !== rated || (rated && range !== '$__rate_interval');
    })
    .map(({ metric }) => metric);
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
