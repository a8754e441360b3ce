/**
 * The parts of a dashboard file that its queries depend on: the panels, those of collapsed rows too, with their targets, and
 * the variables.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** One query of a panel, as the file has it. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  /** Asked for at the end of the time range only. */
  readonly instant?: boolean;
  readonly range?: boolean;
}

/** One panel; a row has none of the optional parts but its collapsed panels. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
}

/** A variable: what stands for "All", and what is chosen when the dashboard is opened. */
export interface Variable {
  readonly name: string;
  readonly allValue?: string;
  readonly current?: { readonly value: string | readonly string[] };
}

/** A dashboard file. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/**
 * Every dashboard of a folder, by file name.
 *
 * @throws Error when the folder cannot be read or a file is no JSON.
 * @example
 * const dashboards = readDashboards(new URL('../dashboards/', import.meta.url));
 */
export function readDashboards(folder: URL): Dashboard[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Dashboard);
}

/** Every panel that can be seen, rows opened. */
export function panelsOf(dashboard: Dashboard): Panel[] {
  return dashboard.panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}
