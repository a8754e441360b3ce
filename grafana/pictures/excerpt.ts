/**
 * Some rows of a dashboard, moved together: a page that is read before anybody scrolls shows what matters most.
 */
import type { DashboardJson, PanelJson } from './dashboard-json.js';

/**
 * The dashboard with only the rows of these titles, in its own order.
 *
 * @throws Error when it has no row of a title.
 * @example
 * excerpt(overview, ['Summary', 'Now']).panels.length;
 */
export function excerpt(dashboard: DashboardJson, titles: readonly string[]): DashboardJson {
  const missing = titles.filter((title) => !dashboard.panels.some((panel) => isRow(panel) && panel.title === title));
  if (missing.length > 0) throw new Error(`${dashboard.title} has no row ${missing.join(', ')}`);
  const panels: PanelJson[] = [];
  let shown = false;
  let top = 0;
  let moved = 0;
  for (const panel of dashboard.panels) {
    if (isRow(panel)) {
      shown = titles.includes(panel.title);
      moved = top - panel.gridPos.y;
    }
    if (!shown) continue;
    const gridPos = { ...panel.gridPos, y: panel.gridPos.y + moved };
    panels.push({ ...panel, gridPos });
    top = Math.max(top, gridPos.y + gridPos.h);
  }
  return { ...dashboard, panels };
}

function isRow({ type }: PanelJson): boolean {
  return type === 'row';
}
