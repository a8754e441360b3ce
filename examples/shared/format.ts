/**
 * Numbers as people read them: three digits and a unit.
 */

/**
 * A duration; `–` when there is none, `0` when it is too short to have been a wait.
 *
 * @example
 * seconds(0.0423); // '42 ms'
 */
export function seconds(value: number | null): string {
  if (value === null) return '–';
  if (value <= 0.00001) return '0';
  if (value < 0.01) return `${(value * 1e3).toFixed(value < 0.001 ? 2 : 1)} ms`;
  if (value < 0.9995) return `${Math.round(value * 1e3)} ms`;
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** A share; `–` when it is a share of nothing. */
export function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value * 100)} %`;
}
