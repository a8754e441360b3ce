/** A panel: its frame, and inside it what its kind draws. */
import type { TargetResult } from './dashboard-json.js';
import { only, type Renderer } from './drawing.js';
import { renderHeatmap } from './heatmap.js';
import { type Html, html } from './html.js';
import { innerWidth, type PlacedPanel } from './layout.js';
import { renderStat } from './stat.js';
import { renderTable } from './table.js';
import type { TimeAxis } from './time-axis.js';
import { renderTimeSeries } from './time-series.js';

const RENDERERS: Readonly<Record<string, Renderer>> = {
  timeseries: renderTimeSeries,
  stat: renderStat,
  table: renderTable,
  heatmap: renderHeatmap,
};

/**
 * A panel in its place, or the heading of a row.
 *
 * @throws Error when its kind is not known, or when one of its queries has no result, not even an empty one.
 * @example
 * renderPanel(placed(dashboard.panels)[1], results, timeAxis(results));
 */
export function renderPanel({ panel, box }: PlacedPanel, all: readonly TargetResult[], time: TimeAxis): Html {
  const style = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
  if (panel.type === 'row') return html`<h2 style="${style}">${panel.title}</h2>`;
  only(panel, 'panel', panel.type, Object.keys(RENDERERS));
  const results = (panel.targets ?? []).map(({ refId }) => {
    const result = all.find((one) => one.panelId === panel.id && one.refId === refId);
    if (result === undefined) throw new Error(`"${panel.title}": query ${refId} was not run`);
    return result;
  });
  const content = RENDERERS[panel.type]!({ panel, results, time, width: innerWidth(box) });
  return html`<section class="${panel.type}" style="${style}"><h3>${panel.title}</h3>${content}</section>`;
}
