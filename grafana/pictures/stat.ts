/**
 * One number, or one for each series, in the colour of the threshold that it reached.
 */
import { THEME, thresholdColour } from './colours.js';
import type { ResultSeries } from './dashboard-json.js';
import { only, type Renderer } from './drawing.js';
import { fieldOf, textForNothing } from './field.js';
import { html } from './html.js';
import { namedResults } from './legend.js';
import { format } from './units.js';

export const renderStat: Renderer = ({ panel, results }) => {
  only(panel, 'graph', panel.options?.graphMode, [undefined, 'none']);
  for (const calculation of panel.options?.reduceOptions?.calcs ?? []) {
    only(panel, 'calculation', calculation, ['lastNotNull']);
  }
  const all = namedResults(results);
  const named = panel.options?.textMode === 'value_and_name' || all.length > 1;
  const values = all.map(({ refId, name, series }) => {
    const value = lastValue(series);
    const field = fieldOf(panel, { name, refId });
    const missing = value === undefined;
    const colour =
      missing || panel.options?.colorMode === 'none' ? THEME.ink : thresholdColour(field.thresholds, value);
    const text = missing ? textForNothing(field, 'No data') : format(value, field.unit, field.decimals);
    return html`<div>${named ? html`<small>${name}</small>` : ''}<b style="color:${colour}">${text}</b></div>`;
  });
  const nothing = html`<b class="nothing">${textForNothing(fieldOf(panel, { name: '' }), 'No data')}</b>`;
  return html`<div class="stat">${values.length === 0 ? nothing : values}</div>`;
};

/** The last sample that is a number. */
function lastValue({ value, values = [] }: ResultSeries): number | undefined {
  const samples = value === undefined ? values : [value];
  return samples.map(([, text]) => Number(text)).findLast(Number.isFinite);
}
