/**
 * The rows of a table panel: the results of its queries joined by their labels, then arranged as the dashboard says.
 *
 * Invariant: rows that agree in all labels are one row; a query without a value for it leaves its cell empty.
 */
import { type PanelJson, seriesOf, type TargetResult, type TransformationJson } from './dashboard-json.js';
import { only } from './drawing.js';

/** A label's text, a number, or nothing. */
export type CellValue = string | number | undefined;

export interface TableColumn {
  readonly name: string;
  /** Of the query whose values these are; a label has none. */
  readonly refId?: string;
}

export interface TableData {
  readonly columns: readonly TableColumn[];
  /** A cell for each column. */
  readonly rows: readonly (readonly CellValue[])[];
}

type Organize = TransformationJson['options'];

/**
 * Joins, hides, orders, renames and sorts.
 *
 * @throws Error when a transformation is not known.
 * @example
 * tableData(panel, results).columns.map(({ name }) => name); // ['Lock', 'Utilisation']
 */
export function tableData(panel: PanelJson, results: readonly TargetResult[]): TableData {
  let organize: Organize = {};
  for (const { id, options } of panel.transformations ?? []) {
    only(panel, 'transformation', id, ['merge', 'organize']);
    if (id === 'organize') organize = options;
  }
  return sorted(arranged(joined(results), organize), panel.options?.sortBy ?? []);
}

function joined(results: readonly TargetResult[]): TableData {
  const all = results.flatMap((result) => seriesOf(result).map((series) => ({ refId: result.refId, ...series })));
  const labels = [...new Set(all.flatMap(({ metric }) => Object.keys(metric)))].filter((label) => label !== '__name__');
  const valueName = (refId: string): string => (results.length === 1 ? 'Value' : `Value #${refId}`);
  const rows = new Map<string, CellValue[]>();
  for (const { refId, metric, value, values } of all) {
    const names = labels.map((label) => metric[label]);
    const key = JSON.stringify(names.map((name) => name ?? null));
    const row = rows.get(key) ?? [...names, ...results.map(() => undefined)];
    const number = Number(value?.[1] ?? values?.at(-1)?.[1] ?? Number.NaN);
    row[labels.length + results.findIndex((result) => result.refId === refId)] = number;
    rows.set(key, row);
  }
  const columns = [
    ...labels.map((name): TableColumn => ({ name })),
    ...results.map(({ refId }): TableColumn => ({ name: valueName(refId), refId })),
  ];
  return { columns, rows: [...rows.values()] };
}

function arranged({ columns, rows }: TableData, { excludeByName, indexByName, renameByName }: Organize): TableData {
  const order = ({ name }: TableColumn): number => indexByName?.[name] ?? Number.MAX_SAFE_INTEGER;
  const kept = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => excludeByName?.[column.name] !== true)
    .sort((a, b) => order(a.column) - order(b.column));
  return {
    columns: kept.map(({ column }) => ({ ...column, name: renameByName?.[column.name] ?? column.name })),
    rows: rows.map((row) => kept.map(({ at }) => row[at])),
  };
}

function sorted(
  { columns, rows }: TableData,
  [by]: readonly { readonly displayName: string; readonly desc?: boolean }[],
): TableData {
  const at = columns.findIndex(({ name }) => name === by?.displayName);
  if (at === -1) return { columns, rows };
  const up = [...rows].sort((a, b) => compare(a[at], b[at]));
  return { columns, rows: by?.desc === true ? up.reverse() : up };
}

/** Numbers by size, nothing and `NaN` below them; text by its letters. */
function compare(a: CellValue, b: CellValue): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a ?? '') < String(b ?? '') ? -1 : 1;
  const low = Number.NEGATIVE_INFINITY;
  return (Number.isNaN(a) ? low : (a ?? low)) < (Number.isNaN(b) ? low : (b ?? low)) ? -1 : 1;
}
