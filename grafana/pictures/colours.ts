/**
 * The colours of the pictures: dark, near enough to Grafana's that a reader recognises his own, and no copy of its theme.
 */
import type { FieldJson, ThresholdsJson } from './dashboard-json.js';

/** Surfaces and text. */
export const THEME = {
  page: '#0e1014',
  panel: '#16191f',
  edge: '#262a33',
  /** Seen through, over lines and areas. */
  grid: '#a0aabe1c',
  ink: '#dfe3ea',
  faint: '#8d95a5',
} as const;

/** One after another for the series of a panel, told apart on the dark ground and next to each other. */
export const SERIES_COLOURS = [
  '#6bc46d',
  '#f0c33c',
  '#5b9bf8',
  '#f5893d',
  '#ee5468',
  '#b583e8',
  '#45c8c8',
  '#e77ec0',
  '#a3b85c',
  '#c79a6b',
] as const;

/** Those that dashboards name. */
const NAMED: Readonly<Record<string, string>> = {
  green: '#6bc46d',
  yellow: '#f0c33c',
  orange: '#f5893d',
  red: '#ee5468',
  blue: '#5b9bf8',
  purple: '#b583e8',
  text: '#dfe3ea',
  transparent: 'transparent',
};

/**
 * A colour by the name that dashboards use; a hexadecimal one is itself, and a shade (`dark-red`) is its hue.
 *
 * @throws Error when the name is not known.
 * @example
 * colourNamed('semi-dark-red'); // that of 'red'
 */
export function colourNamed(name: string): string {
  if (name.startsWith('#')) return name;
  const colour = NAMED[name.replace(/^(super-light|light|semi-dark|dark)-/, '')];
  if (colour === undefined) throw new Error(`the renderer does not know the colour "${name}": add it to colours.ts`);
  return colour;
}

/**
 * The colour of a value: that of the highest threshold it reaches.
 *
 * @example
 * thresholdColour({ steps: [{ value: null, color: 'green' }, { value: 0.8, color: 'red' }] }, 0.9); // red
 */
export function thresholdColour(thresholds: ThresholdsJson | undefined, value: number): string {
  let colour = 'text';
  for (const step of thresholds?.steps ?? []) {
    if (step.value === null || value >= step.value) colour = step.color;
  }
  return colourNamed(colour);
}

/** The colour of the `index`th series of a panel. */
export function seriesColour({ color }: FieldJson, index: number): string {
  if (color?.mode === 'fixed' && color.fixedColor !== undefined) return colourNamed(color.fixedColor);
  return SERIES_COLOURS[index % SERIES_COLOURS.length]!;
}

/**
 * A colour over another, as a solid one.
 *
 * @example
 * over('#ffffff', '#000000', 0.5); // '#808080'
 */
export function over(colour: string, ground: string, opacity: number): string {
  const [front, back] = [channels(colour), channels(ground)];
  const mixed = front.map((channel, i) => Math.round(channel * opacity + back[i]! * (1 - opacity)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
