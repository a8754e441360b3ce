/**
 * PromQL as text, with the labels of its series known to the type checker.
 *
 * Invariant: nothing can be grouped by a label its series do not have, and only vectors of the same labels are divided: both
 * are valid PromQL that silently yields nothing.
 */
declare const LABELS_OF: unique symbol;

/** An expression whose series have the labels `L`. */
export type Vector<L extends string> = string & { readonly [LABELS_OF]?: L };

/** Narrows a selector by one label. */
export interface Matcher<L extends string> {
  readonly label: L;
  readonly text: string;
}

export function is<L extends string>(label: L, ...values: string[]): Matcher<L> {
  return { label, text: values.length === 1 ? `${label}="${values[0]}"` : `${label}=~"${values.join('|')}"` };
}

export function isNot<L extends string>(label: L, value: string): Matcher<L> {
  return { label, text: `${label}!="${value}"` };
}

export function sum<L extends string, B extends L = never>(expr: Vector<L>, ...by: B[]): Vector<B> {
  return aggregate('sum', expr, by);
}

export function max<L extends string, B extends L = never>(expr: Vector<L>, ...by: B[]): Vector<B> {
  return aggregate('max', expr, by);
}

export function count<L extends string, B extends L = never>(expr: Vector<L>, ...by: B[]): Vector<B> {
  return aggregate('count', expr, by);
}

/** No value, rather than `NaN`, where the divisor is 0. */
export function ratio<L extends string>(dividend: Vector<L>, divisor: Vector<NoInfer<L>>): Vector<L> {
  return `${dividend} / (${divisor} > 0)`;
}

/** For a part of a whole: 0 where the whole is 0, because then the part is, and where the part has no series yet. */
export function share<L extends string>(part: Vector<L>, whole: Vector<NoInfer<L>>): Vector<L> {
  return `(${ratio(part, whole)} or 0 * ${whole})`;
}

export function either<L extends string>(first: Vector<L>, second: Vector<NoInfer<L>>): Vector<L> {
  return `${first} or ${second}`;
}

export function without<L extends string>(expr: Vector<L>, those: Vector<NoInfer<L>>): Vector<L> {
  return `${expr} unless ${those}`;
}

/** The highest `limit` series. */
export function top<L extends string>(limit: number | string, expr: Vector<L>): Vector<L> {
  return `topk(${limit}, ${expr})`;
}

function aggregate<B extends string>(operator: string, expr: string, by: readonly B[]): Vector<B> {
  return by.length === 0 ? `${operator}(${expr})` : `${operator} by (${by.join(', ')}) (${expr})`;
}
