/**
 * What every kind of panel is drawn from, and what it becomes.
 */
import type { PanelJson, TargetResult } from './dashboard-json.js';
import type { Html } from './html.js';
import type { TimeAxis } from './time-axis.js';

/** A panel and all that is known about it. */
export interface Drawing {
  readonly panel: PanelJson;
  /** Those of its targets, in their order. */
  readonly results: readonly TargetResult[];
  /** That of the whole picture. */
  readonly time: TimeAxis;
  /** Of the room inside the panel, in pixels. */
  readonly width: number;
}

/** Draws one kind of panel. */
export type Renderer = (drawing: Drawing) => Html;

/**
 * Makes sure that a setting of a panel is one of those that are drawn.
 *
 * @throws Error when it is another one.
 * @example
 * only(panel, 'style', custom?.drawStyle, [undefined, 'line']);
 */
export function only(
  { title }: PanelJson,
  setting: string,
  value: string | undefined,
  known: readonly (string | undefined)[],
): void {
  if (!known.includes(value)) throw new Error(`"${title}": the renderer does not know the ${setting} "${value}"`);
}
