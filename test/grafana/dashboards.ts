/** The dashboards as Grafana reads them: what the source builds, after JSON. Shared by the tests of this folder. */
import { render } from '../../grafana/src/dashboard.js';
import { DASHBOARDS } from '../../grafana/src/dashboards.js';

export interface Target {
  refId: string;
  expr: string;
  datasource: unknown;
  legendFormat?: string;
  format?: string;
  instant: boolean;
  exemplar?: boolean;
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
    overrides: { matcher: { id: string; options: unknown }; properties: { id: string; value: unknown }[] }[];
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

export interface Dashboard {
  uid: string;
  title: string;
  editable: boolean;
  schemaVersion: number;
  tags: string[];
  time: unknown;
  refresh: string;
  annotations: { list: { name: string; expr: string; datasource: unknown }[] };
  links?: { title: string; url: string; keepTime: boolean; includeVars: boolean }[];
  panels: Panel[];
  templating: { list: Variable[] };
}

/** The reference to the data source that is chosen at the top. */
export const CHOSEN_SOURCE = { type: 'prometheus', uid: '$'.concat('{datasource}') };

/** [file, dashboard], for `test.each`. */
export const dashboards = Object.entries(DASHBOARDS).map(([file, build]): [string, Dashboard] => [
  file,
  JSON.parse(render(build())),
]);

export const [overview, oneLock] = dashboards.map(([, dashboard]) => dashboard) as [Dashboard, Dashboard];

/** All but the headings of rows. */
export function panelsOf(dashboard: Dashboard): Panel[] {
  return dashboard.panels.filter(({ type }) => type !== 'row');
}

/** [where it is, the query] of each target, for `test.each`. */
export function queriesOf(dashboard: Dashboard): [string, string][] {
  return panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }): [string, string] => [`${title} ${refId}`, expr]),
  );
}
