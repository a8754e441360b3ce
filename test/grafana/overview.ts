/** The dashboard as Grafana reads it: what the source builds, after JSON. Shared by the tests of this folder. */
import { overview, render } from '../../grafana/src/dashboard.js';

export interface Target {
  refId: string;
  expr: string;
  datasource: unknown;
  format?: string;
  instant: boolean;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: unknown;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  fieldConfig?: {
    defaults: { unit?: string; custom?: { spanNulls?: boolean } };
    overrides: { properties: { id: string; value: unknown }[] }[];
  };
}

export interface Variable {
  name: string;
  label: string;
  type: string;
  query: string | { query: string };
  datasource?: unknown;
  multi: boolean;
  includeAll: boolean;
  allValue?: string;
  refresh?: number;
}

export const dashboard = JSON.parse(render(overview())) as {
  uid: string;
  title: string;
  editable: boolean;
  schemaVersion: number;
  tags: string[];
  time: unknown;
  refresh: string;
  annotations: unknown;
  panels: Panel[];
  templating: { list: Variable[] };
};

/** All but the headings of rows. */
export const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** [where it is, the query], for `test.each`. */
export const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr }): [string, string] => [`${title} ${refId}`, expr]),
);
