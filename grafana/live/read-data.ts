/**
 * Reads figures out of the answers of a Prometheus.
 */
import type { Labels, QueryData, RangeSeries } from './prometheus-api.js';

/** One value and what it is of. */
export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/** Every value of an answer, whatever its form. */
export function valuesIn(data: QueryData): Value[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.flatMap(({ metric, values }) =>
        values.map(([, value]) => ({ labels: metric, value: Number(value) })),
      );
    case 'vector':
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    default:
      return [{ labels: {}, value: Number(data.result[1]) }];
  }
}

/**
 * The one series of an answer over a range.
 *
 * @throws Error when there is none, or more than one.
 */
export function onlySeries(data: QueryData): RangeSeries {
  if (data.resultType === 'matrix' && data.result.length === 1) return data.result[0]!;
  throw new Error(`not one series over a range: ${JSON.stringify(data)}`);
}

/**
 * The one value of an answer.
 *
 * @throws Error when there is none, or more than one.
 */
export function onlyValue(data: QueryData): number {
  const values = valuesIn(data);
  if (values.length === 1) return values[0]!.value;
  throw new Error(`not one value: ${JSON.stringify(data)}`);
}
