/**
 * HTML from templates.
 *
 * Invariant: all that is put into {@link html} is escaped, save what {@link html} made itself, so that a lock may have any
 * name and still be only text in the picture.
 */

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

type Content = string | number | Html | readonly Html[];

/**
 * A template of HTML.
 *
 * @example
 * html`<b>${'<script>'}</b>`.text; // '<b>&#60;script&#62;</b>'
 */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(String.raw({ raw: strings }, ...contents.map(toText)));
}

/**
 * A value as the content of a `<script type="application/json">`: nothing in it can end the element.
 *
 * @example
 * json(['</script>']).text; // '["\\u003c/script>"]'
 */
export function json(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function toText(content: Content): string {
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.join('');
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
