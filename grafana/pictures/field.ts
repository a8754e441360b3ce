/**
 * How one series or column is shown: the panel's defaults, then its overrides in their order, the later one winning.
 *
 * Invariant: a matcher that is not known here throws; a dashboard would otherwise look other than it says.
 */
import type { CustomJson, FieldJson, OverrideJson, PanelJson } from './dashboard-json.js';

/** What an override may be matched by. */
export interface FieldId {
  readonly name: string;
  readonly refId?: string;
}

/**
 * The settings of one field of a panel.
 *
 * @throws Error when an override is matched in a way that is not known.
 * @example
 * fieldOf(panel, { name: 'inventory', refId: 'B' }).custom?.lineStyle;
 */
export function fieldOf({ fieldConfig }: PanelJson, id: FieldId): FieldJson {
  const field: Record<string, unknown> = { ...fieldConfig?.defaults };
  const custom: Record<string, unknown> = { ...fieldConfig?.defaults.custom };
  for (const { matcher, properties } of fieldConfig?.overrides ?? []) {
    if (!matches(matcher, id)) continue;
    for (const { id: property, value } of properties) {
      if (property.startsWith('custom.')) custom[property.slice('custom.'.length)] = value;
      else field[property] = value;
    }
  }
  return { ...field, custom: custom as CustomJson };
}

/**
 * What stands in the place of a value that does not exist.
 *
 * @example
 * textForNothing({ noValue: 'None' }); // 'None'
 */
export function textForNothing({ mappings = [], noValue }: FieldJson, otherwise = ''): string {
  const special = mappings.find(({ type, options }) => type === 'special' && options.match?.includes('nan'));
  return special?.options.result?.text ?? noValue ?? otherwise;
}

function matches({ id, options }: OverrideJson['matcher'], { name, refId }: FieldId): boolean {
  switch (id) {
    case 'byName':
      return options === name;
    case 'byFrameRefID':
      return options === refId;
    case 'byRegexp':
      return toRegExp(String(options)).test(name);
    default:
      throw new Error(`the renderer does not know the matcher "${id}": add it to field.ts`);
  }
}

/** Grafana takes `/a/i` as well as `a`. */
function toRegExp(text: string): RegExp {
  const [, source = text, flags = ''] = /^\/(.*)\/([a-z]*)$/.exec(text) ?? [];
  return new RegExp(source, flags);
}
