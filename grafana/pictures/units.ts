/**
 * Values as people read them, in the units of the panels: three digits and a prefix, as Grafana does it.
 *
 * Invariant: a unit that is not known here throws, since a number with a wrong unit is worse than no picture.
 */

/** `undefined` and `NaN` have no text: it is the panel that says what stands in their place. */
type Formatter = (value: number, digits: Digits) => string;

/** How a number gets its digits: {@link threeDigits}, or as many decimals as the ticks of an axis need. */
type Digits = (value: number) => string;

const MOST_DECIMALS = 3;

const FORMATTERS: Readonly<Record<string, Formatter>> = {
  none: (value, digits) => digits(value),
  short: (value, digits) => scaled(value, digits, ['', ' K', ' Mil', ' Bil']),
  s: seconds,
  percentunit: (value, digits) => `${digits(value * 100)}%`,
  percent: (value, digits) => `${digits(value)}%`,
  ops: (value, digits) => `${scaled(value, digits, ['', 'K', 'M'])} ops/s`,
  reqps: (value, digits) => `${scaled(value, digits, ['', 'K', 'M'])} req/s`,
  cps: (value, digits) => `${scaled(value, digits, ['', 'K', 'M'])} c/s`,
};

/**
 * A value with its unit.
 *
 * @throws Error when the unit is not known.
 * @example
 * format(0.0342, 's'); // '34.2 ms'
 */
export function format(value: number, unit = 'none', decimals?: number): string {
  return formatterOf(unit)(value, decimals === undefined ? threeDigits : (scaled) => scaled.toFixed(decimals));
}

/**
 * The ticks of an axis: just the decimals that tell neighbours apart, and the same unit for all of them.
 *
 * @throws Error when the unit is not known.
 * @example
 * formatTicks([0, 0.5, 1], 'percentunit'); // ['0%', '50%', '100%']
 */
export function formatTicks(ticks: readonly number[], unit = 'none'): string[] {
  const formatter = formatterOf(unit);
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    let exact = true;
    const labels = ticks.map((tick) =>
      formatter(tick, (scaled) => {
        const text = scaled.toFixed(decimals);
        exact &&= Math.abs(Number(text) - scaled) <= 1e-6 * Math.abs(scaled);
        return trimmed(text);
      }),
    );
    if (exact) return labels;
  }
  return ticks.map((tick) => formatter(tick, threeDigits));
}

function formatterOf(unit: string): Formatter {
  const formatter = FORMATTERS[unit];
  if (formatter === undefined) throw new Error(`the renderer does not know the unit "${unit}": add it to units.ts`);
  return formatter;
}

function seconds(value: number, digits: Digits): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 1e-3) return `${digits(value * 1e6)} µs`;
  if (size < 1) return `${digits(value * 1e3)} ms`;
  if (size < 120) return `${digits(value)} s`;
  if (size < 7_200) return `${digits(value / 60)} min`;
  return `${digits(value / 3_600)} h`;
}

function scaled(value: number, digits: Digits, prefixes: readonly string[]): string {
  let power = 0;
  let rest = value;
  while (Math.abs(rest) >= 1e3 && power < prefixes.length - 1) {
    rest /= 1e3;
    power++;
  }
  return `${digits(rest)}${prefixes[power]}`;
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-3) return String(Number(value.toPrecision(2)));
  return trimmed(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3));
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
