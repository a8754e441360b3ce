/** What a row of the dashboard is made of: a heading, and panels that are laid out left to right, top to bottom. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';

export interface Row {
  title: string;
  panels: Builder<Panel>[];
}
