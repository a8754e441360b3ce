/**
 * Where panels are: Grafana's grid of 24 columns, in pixels.
 *
 * Invariant: a row that is collapsed in Grafana is open here, with everything below it moved down by what it shows, because
 * nobody can click on a picture.
 */
import type { GridPos, PanelJson } from './dashboard-json.js';

const COLUMNS = 24;
export const PAGE_WIDTH = 1_280;
/** Between panels. */
export const GAP = 8;
/** Inside a panel, at its sides, as in page.css. */
const INSET = 12;
const MARGIN = 20;
/** A row of the grid, its gap included. */
const ROW = 42;
export const HEADER = 84;
const FOOTER = 44;

/** In pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPanel {
  readonly panel: PanelJson;
  readonly box: Box;
}

/**
 * All panels, headings of rows included, in their places.
 *
 * @example
 * placed(dashboard.panels)[0].box; // { left: 20, top: 84, width: 1400, height: 30 }
 */
export function placed(panels: readonly PanelJson[]): PlacedPanel[] {
  let moved = 0;
  return panels.flatMap((panel) => {
    const own = { panel, box: boxOf(panel.gridPos, moved) };
    const hidden = panel.panels ?? [];
    if (hidden.length === 0) return [own];
    const first = Math.min(...hidden.map(({ gridPos }) => gridPos.y));
    const offset = panel.gridPos.y + moved + panel.gridPos.h - first;
    const inside = hidden.map((one) => ({ panel: one, box: boxOf(one.gridPos, offset) }));
    moved += Math.max(...hidden.map(({ gridPos: { y, h } }) => y + h)) - first;
    return [own, ...inside];
  });
}

/**
 * The height of a page with these panels.
 *
 * @example
 * pageHeight(placed(dashboard.panels));
 */
export function pageHeight(panels: readonly PlacedPanel[]): number {
  return Math.max(HEADER, ...panels.map(({ box }) => box.top + box.height)) + FOOTER;
}

/**
 * The width that a panel leaves for its content.
 *
 * @example
 * innerWidth(placed(dashboard.panels)[1].box);
 */
export function innerWidth({ width }: Box): number {
  return width - 2 * INSET;
}

function boxOf({ x, y, w, h }: GridPos, moved: number): Box {
  const column = (PAGE_WIDTH - 2 * MARGIN + GAP) / COLUMNS;
  const left = MARGIN + Math.round(x * column);
  return {
    left,
    top: HEADER + (y + moved) * ROW,
    width: MARGIN + Math.round((x + w) * column) - GAP - left,
    height: h * ROW - GAP,
  };
}
