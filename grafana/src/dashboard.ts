/**
 * What the dashboards have in common, and their text. Their source is code so that their queries use the names the package
 * exports, and so that a change of one is a change of the other.
 *
 * Invariant: the text depends on the source alone (fixed uids, ids by position, sorted keys), so the committed files can be
 * compared with it.
 */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './rows/row.js';

/** A dashboard in Grafana's classic schema, without its rows. */
export function dashboardBuilder(title: string, uid: string, description: string): DashboardBuilder {
  return new DashboardBuilder(`Lockmeter / ${title}`)
    .uid(uid)
    .description(`${description} Generated: change its source, not this copy.`)
    .tags(['lockmeter', 'locks', 'nodejs'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .annotations([]);
}

/** Lays the rows out, one under the other. */
export function withRows(builder: DashboardBuilder, rows: readonly Row[]): Dashboard {
  for (const { title, panels } of rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  for (const [i, panel] of (dashboard.panels ?? []).entries()) panel.id = i + 1;
  return dashboard;
}

/**
 * The text of a dashboard file: keys sorted, two spaces, a newline at the end.
 *
 * @example
 * await writeFile('lockmeter-overview.json', render(overview()));
 */
export function render(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, sortKeys, 2)}\n`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
