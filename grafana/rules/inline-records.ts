/**
 * Puts what a recording rule computes in the place of its name, for those who evaluate the alerts without the recording
 * rules.
 *
 * Invariant: the result means the same. A matcher on the recorded series moves to all that the series is made of; that is
 * the same only for labels which every part of it keeps, so a matcher on another label is refused.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { RecordingRule } from './rule-file.js';

/** The labels that every recorded series is grouped by, or would be empty without. */
const KEPT = /^(job|lock_name|lock_backend|lock_outcome)(=|!)/;

interface Selector {
  readonly from: number;
  readonly to: number;
  readonly metric: string;
  readonly matchers: readonly string[];
}

/**
 * `expr` without any of `records`.
 *
 * @throws Error when a matcher on a recorded series cannot move into it.
 * @example
 * inlineRecords('a:b > 1', [{ record: 'a:b', expr: 'sum(c)' }]); // '(sum(c)) > 1'
 */
export function inlineRecords(expr: string, records: readonly RecordingRule[]): string {
  return replaceSelectors(expr, ({ metric, matchers }) => {
    const rule = records.find(({ record }) => record === metric);
    if (rule === undefined) return undefined;
    for (const matcher of matchers) {
      if (!KEPT.test(matcher)) throw new Error(`${matcher} cannot be moved into ${metric}`);
    }
    return `(${withMatchers(inlineRecords(rule.expr, records).trim(), matchers)})`;
  });
}

function withMatchers(expr: string, added: readonly string[]): string {
  if (added.length === 0) return expr;
  return replaceSelectors(expr, ({ metric, matchers }) => `${metric}{${[...matchers, ...added].join(',')}}`);
}

/** `undefined` leaves a selector as it is. Back to front, so that positions stay right. */
function replaceSelectors(expr: string, replacement: (selector: Selector) => string | undefined): string {
  return selectorsOf(expr).reduceRight((text, selector) => {
    const replaced = replacement(selector);
    return replaced === undefined ? text : text.slice(0, selector.from) + replaced + text.slice(selector.to);
  }, expr);
}

function selectorsOf(expr: string): Selector[] {
  const text = ({ from, to }: SyntaxNode): string => expr.slice(from, to);
  const found: Selector[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, node, from, to }) => {
      if (name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher').map(text) ?? [];
      found.push({ from, to, metric: text(node.getChild('Identifier')!), matchers });
    },
  });
  return found;
}
