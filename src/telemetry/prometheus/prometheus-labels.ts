/**
 * Labels by their names in Prometheus.
 *
 * Invariant: the same set of a point's labels gives the same object, which a client has to render once only.
 */
import { LABELS, type LabelKey } from '../names.js';
import { once, type PointLabels } from '../point-labels.js';

/** The labels of a sample. */
export type PrometheusLabels = Readonly<Record<string, string>>;

const named = new WeakMap<PointLabels, PrometheusLabels>();

export function prometheusLabels(labels: PointLabels): PrometheusLabels {
  return once(named, labels, () =>
    Object.freeze(Object.fromEntries(Object.entries(labels).map(([key, value]) => [LABELS[key as LabelKey], value]))),
  );
}
