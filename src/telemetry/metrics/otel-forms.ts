/**
 * What OpenTelemetry has to be told about a metric beside its values: the kind of instrument, the type of its values, the
 * attributes. Instruments and the producer read it, so both describe a metric alike.
 */
import { type Attributes, ValueType } from '@opentelemetry/api';
import type { PointLabels } from '../metric-points.js';
import { ATTRIBUTES, type LabelKey, type MetricName } from '../names.js';

/** `sum` adds up over processes and only grows; `balance` adds up and goes both ways; `level` does not add up. */
export type NumberForm = 'sum' | 'balance' | 'level';

/** How the values of a counter or a gauge behave. */
export function formOf({ type, joined }: MetricName): NumberForm {
  if (type === 'counter') return 'sum';
  return joined === 'sum' ? 'balance' : 'level';
}

/** Whether values are whole: everything but times. */
export function valueTypeOf({ unit }: MetricName): ValueType {
  return unit === 's' ? ValueType.DOUBLE : ValueType.INT;
}

/** Labels under their OpenTelemetry names. */
export function attributesOf(labels: PointLabels): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(labels)) attributes[ATTRIBUTES[key as LabelKey]] = value;
  return attributes;
}
