/**
 * What the renderer reads of a dashboard in Grafana's classic schema, and of the results of its queries.
 *
 * Invariant: what changes how data looks is drawn or is an error (a kind of panel, a unit, a way to join columns), never left
 * out in silence. What is only there on a screen one can click on is not read: links, tooltips, annotations, variables.
 */

import type { InstantSeries, Labels, QueryData, RangeSeries } from '../live/prometheus-api.js';

/** A dashboard file, parsed. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly panels: readonly PanelJson[];
}

/** A panel, or the heading of a row. */
export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: GridPos;
  readonly targets?: readonly TargetJson[];
  readonly fieldConfig?: { readonly defaults: FieldJson; readonly overrides: readonly OverrideJson[] };
  readonly options?: PanelOptionsJson;
  readonly transformations?: readonly TransformationJson[];
  /** Of a row that is collapsed: what it hides. */
  readonly panels?: readonly PanelJson[];
}

/** In Grafana's 24 columns and its rows. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface TargetJson {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
}

/** How the values of a field are shown. */
export interface FieldJson {
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly displayName?: string;
  readonly noValue?: string;
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly thresholds?: ThresholdsJson;
  readonly mappings?: readonly MappingJson[];
  readonly custom?: CustomJson;
}

export interface ThresholdsJson {
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
}

/** Only what is shown for a value that does not exist is read. */
export interface MappingJson {
  readonly type: string;
  readonly options: { readonly match?: string; readonly result?: { readonly text?: string } };
}

export interface CustomJson {
  readonly fillOpacity?: number;
  readonly lineWidth?: number;
  readonly lineStyle?: { readonly fill?: string; readonly dash?: readonly number[] };
  readonly stacking?: { readonly mode: string };
  readonly spanNulls?: boolean;
  readonly drawStyle?: string;
  readonly scaleDistribution?: { readonly type: string };
  readonly thresholdsStyle?: { readonly mode: string };
  readonly cellOptions?: { readonly type: string };
  readonly hidden?: boolean;
  readonly axisPlacement?: string;
  /** The axis reaches it, even if no value does. */
  readonly axisSoftMax?: number;
}

export interface OverrideJson {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface LegendJson {
  readonly showLegend?: boolean;
  readonly calcs?: readonly string[];
  /** The heading of one of the calculations. */
  readonly sortBy?: string;
  readonly sortDesc?: boolean;
}

export interface PanelOptionsJson {
  readonly colorMode?: string;
  readonly graphMode?: string;
  readonly textMode?: string;
  readonly reduceOptions?: { readonly calcs?: readonly string[] };
  readonly legend?: LegendJson;
  readonly sortBy?: readonly { readonly displayName: string; readonly desc?: boolean }[];
  /** Of a heatmap. */
  readonly yAxis?: { readonly unit?: string };
  readonly color?: { readonly exponent?: number };
}

export interface TransformationJson {
  readonly id: string;
  readonly options: {
    readonly excludeByName?: Readonly<Record<string, boolean>>;
    readonly indexByName?: Readonly<Record<string, number>>;
    readonly renameByName?: Readonly<Record<string, string>>;
  };
}

/** What one target of a panel gave. */
export interface TargetResult {
  readonly panelId: number;
  readonly refId: string;
  readonly legendFormat?: string;
  readonly result: QueryData;
}

/** One series of an answer: samples of a range, or one of a moment. */
export type ResultSeries = Partial<Omit<RangeSeries, 'metric'> & Omit<InstantSeries, 'metric'>> & { metric: Labels };

/**
 * The series of a result.
 *
 * @throws Error when it is a scalar or a string, which no panel asks for.
 * @example
 * seriesOf(result).map(({ metric }) => metric.lock_name);
 */
export function seriesOf({ panelId, refId, result }: TargetResult): readonly ResultSeries[] {
  if (result.resultType === 'matrix' || result.resultType === 'vector') return result.result;
  throw new Error(`query ${refId} of panel ${panelId} gave a ${result.resultType}, not series`);
}
