/**
 * What tells the values of a metric apart. Each set of labels is one object for as long as what it belongs to: an exporter
 * that has made something of a set (its text, its attributes) can keep it by the object, and labels are most of a page.
 *
 * Invariant: asked for again, a set is the same object, and nobody can change it.
 */
import type { LabelKey } from './names.js';

/** Labels by the keys of `LABELS`. */
export type PointLabels = Readonly<Partial<Record<LabelKey, string>>>;

export const NO_LABELS: PointLabels = Object.freeze({});

const single = new Map<LabelKey, Map<string, PointLabels>>();
const owned = new WeakMap<object, Map<PointLabels, PointLabels>>();

/** One label whose values are few, like an outcome. */
export function oneLabel(key: LabelKey, value: string): PointLabels {
  const values = once(single, key, () => new Map<string, PointLabels>());
  return once(values, value, () => Object.freeze({ [key]: value }));
}

/** `labels`, one of the above, together with the identity of `owner`, whose numbers they tell apart. */
export function labelsOf(owner: object, identity: PointLabels, labels: PointLabels = NO_LABELS): PointLabels {
  const sets = once(owned, owner, () => new Map<PointLabels, PointLabels>());
  return once(sets, labels, () => Object.freeze({ ...identity, ...labels }));
}

/** A `Map` or a `WeakMap`. */
interface Known<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** What is known for `key`, made when nothing is. */
export function once<K, V>(known: Known<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
