/**
 * A table: joined columns, each in its own unit and with its own kind of cell.
 */
import { colourNamed, over, THEME, thresholdColour } from './colours.js';
import type { FieldJson } from './dashboard-json.js';
import type { Renderer } from './drawing.js';
import { fieldOf, textForNothing } from './field.js';
import { type Html, html } from './html.js';
import { type CellValue, tableData } from './table-data.js';
import { format } from './units.js';

/** From nothing to the most: calm, then alarming. */
const GAUGE = `linear-gradient(90deg, ${['green', 'yellow', 'red'].map(colourNamed).join(', ')})`;

export const renderTable: Renderer = ({ panel, results }) => {
  const { columns, rows } = tableData(panel, results);
  const fields = columns.map(({ name, refId }) => fieldOf(panel, { name, refId }));
  const shown = columns.flatMap((column, at) => (fields[at]!.custom?.hidden === true ? [] : [{ ...column, at }]));
  if (rows.length === 0) return html`<div class="nothing">${panel.fieldConfig?.defaults.noValue ?? 'No data'}</div>`;
  const headings = shown.map(({ name, refId }) => html`<th class="${kind(refId)}">${name}</th>`);
  const body = rows.map((row) => {
    const cells = shown.map(({ refId, at }) => {
      const most = Math.max(0, ...rows.map((other) => Number(other[at])).filter(Number.isFinite));
      return html`<td class="${kind(refId)}">${cell(row[at], fields[at]!, most)}</td>`;
    });
    return html`<tr>${cells}</tr>`;
  });
  return html`<table class="table"><tr>${headings}</tr>${body}</table>`;
};

function kind(refId: string | undefined): string {
  return refId === undefined ? 'label' : 'value';
}

function cell(value: CellValue, field: FieldJson, most: number): Html {
  if (typeof value === 'string') return html`${value}`;
  if (value === undefined || !Number.isFinite(value))
    return html`<span class="nothing">${textForNothing(field)}</span>`;
  const text = format(value, field.unit, field.decimals);
  switch (field.custom?.cellOptions?.type ?? 'auto') {
    case 'auto':
      return html`${text}`;
    case 'gauge':
      return gauge(text, most === 0 ? 0 : value / (field.max ?? most));
    case 'color-text':
      return html`<b style="color:${thresholdColour(field.thresholds, value)}">${text}</b>`;
    case 'color-background':
      return filled(text, thresholdColour(field.thresholds, value));
    default:
      throw new Error(`the renderer does not know the cell type "${field.custom?.cellOptions?.type}"`);
  }
}

/** The gradient belongs to the whole bar: clipped, not squeezed, so a colour always means the same share. */
function gauge(text: string, share: number): Html {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 1e3) / 10;
  return html`<div class="gauge"><span><i style="clip-path:inset(0 ${100 - percent}% 0 0);background:${GAUGE}"></i></span
    ><b>${text}</b></div>`;
}

function filled(text: string, colour: string): Html {
  return html`<b class="filled" style="background:${over(colour, THEME.panel, 0.3)};color:${colour}">${text}</b>`;
}
