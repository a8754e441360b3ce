/** Panels with just what a test is about. */
import type { QueryData } from '../../grafana/live/prometheus-api.js';
import type { DashboardJson, FieldJson, PanelJson, TargetResult } from '../../grafana/pictures/dashboard-json.js';

type Column = readonly [metric: Record<string, string>, value: number];

/** A panel of 12 columns with a target for each `refId`. */
export function panelWith(type: string, parts: Partial<PanelJson> = {}, defaults: FieldJson = {}): PanelJson {
  return {
    id: 1,
    type,
    title: 'A panel',
    gridPos: { x: 0, y: 0, w: 12, h: 8 },
    targets: [{ refId: 'A', expr: 'up' }],
    fieldConfig: { defaults, overrides: [] },
    ...parts,
  };
}

export function dashboardOf(...panels: PanelJson[]): DashboardJson {
  return { uid: 'test', title: 'A dashboard', panels };
}

/** What query `refId` of the panel gave. */
export function resultOf(refId: string, result: QueryData, legendFormat?: string): TargetResult {
  return { panelId: 1, refId, legendFormat, result };
}

/** The answer to an instant query. */
export function vector(...columns: Column[]): QueryData {
  return { resultType: 'vector', result: columns.map(([metric, value]) => ({ metric, value: [1, String(value)] })) };
}
