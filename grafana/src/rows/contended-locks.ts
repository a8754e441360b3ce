/**
 * The table that answers "which lock?" in one look: a row a lock, the most expensive first.
 *
 * Invariant: the columns are queries of their own that are merged by their labels, so each is narrowed to the locks of the
 * first: otherwise a lock outside the top would come back as a row with holes.
 */
import {
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorModeId,
  MappingType,
  SpecialValueMatch,
  type Threshold,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OpsPerSecond, PercentUnit, Seconds } from '@grafana/grafana-foundation-sdk/units';
import { LABELS } from '../../../src/telemetry/names.js';
import { toThisLock } from '../links.js';
import { BY_LOCK } from '../metrics.js';
import { column, FULL, thresholds } from '../panels.js';
import type { Queries } from '../queries.js';
import { DATASOURCE } from '../variables.js';

const LOST = 'Time lost per second';

interface Column {
  name: string;
  expr: string;
  properties: DynamicConfigValue[];
}

/** The columns, in the order they are shown. */
function columns(q: Queries): Column[] {
  return [
    {
      name: LOST,
      expr: q.topByTimeLost(),
      properties: [
        unit(Seconds),
        cell({ type: TableCellDisplayMode.Gauge, mode: 'gradient' }),
        { id: 'color', value: { mode: FieldColorModeId.ContinuousGrYlRd } },
        { id: 'min', value: 0 },
        { id: 'fieldMinMax', value: true },
      ],
    },
    {
      name: 'Utilisation',
      expr: q.amongTop(q.utilisation(...BY_LOCK)),
      properties: [unit(PercentUnit), ...coloured({ value: 0.6, color: 'yellow' }, { value: 0.8, color: 'red' })],
    },
    { name: 'Contention', expr: q.amongTop(q.contention(...BY_LOCK)), properties: [unit(PercentUnit)] },
    { name: 'p99 wait', expr: q.amongTop(q.quantile(0.99, 'waitDuration', ...BY_LOCK)), properties: [unit(Seconds)] },
    { name: 'p99 hold', expr: q.amongTop(q.quantile(0.99, 'holdDuration', ...BY_LOCK)), properties: [unit(Seconds)] },
    { name: 'Failing', expr: q.amongTop(q.failing(...BY_LOCK)), properties: [unit(OpsPerSecond)] },
  ];
}

export function contendedLocks(q: Queries) {
  const shown = columns(q);
  const panel = new PanelBuilder()
    .title('Top contended locks')
    .description(
      'The locks that cost callers the most time at the end of the time range. High utilisation with long p99 hold: ' +
        'shorten the critical section. High contention with short holds: split the lock by key. A dash is a gap: a hold ' +
        'counts when it ends, so a lock that is stuck shows no p99 hold, and a name with keys is many locks, so it has no ' +
        'utilisation. Failing are timeouts, full queues and errors. Click a name to see all of that lock.',
    )
    .datasource(DATASOURCE)
    .height(8)
    .span(FULL)
    .unit(Seconds)
    .noValue('No caller waits for a lock')
    .mappings([DASH_FOR_NOTHING])
    .sortBy([new TableSortByFieldStateBuilder().displayName(LOST).desc(true)])
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: arrangement(shown) })
    .overrideByName('Lock', [{ id: 'links', value: [{ title: 'This lock', url: toThisLock() }] }]);
  for (const [i, { name, expr, properties }] of shown.entries()) {
    panel.withTarget(column(refId(i), expr)).overrideByName(name, properties);
  }
  return panel;
}

const DASH_FOR_NOTHING: ValueMapping = {
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NullAndNan, result: { text: '–', index: 0 } },
};

/** Renames the merged fields (`Value #A` is the value of query A) and puts them in order, without the time. */
function arrangement(shown: readonly Column[]) {
  const fields = [
    [LABELS.name, 'Lock'],
    [LABELS.backend, 'Backend'],
    ...shown.map(({ name }, i) => [`Value #${refId(i)}`, name]),
  ] as [string, string][];
  return {
    excludeByName: { Time: true },
    includeByName: {},
    indexByName: Object.fromEntries(fields.map(([field], i) => [field, i])),
    renameByName: Object.fromEntries(fields),
  };
}

function refId(i: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + i);
}

function unit(value: string): DynamicConfigValue {
  return { id: 'unit', value };
}

function cell(value: object): DynamicConfigValue {
  return { id: 'custom.cellOptions', value };
}

function coloured(...steps: Threshold[]): DynamicConfigValue[] {
  return [
    { id: 'thresholds', value: thresholds(...steps).build() },
    cell({ type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic }),
  ];
}
