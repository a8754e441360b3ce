/**
 * Colours, where there is a terminal to show them, and the width of text that has them.
 *
 * Invariant: what goes to a file or a pipe has no escape sequence in it.
 */

/** Colours text, or leaves it as it is. */
export type Paint = (text: string) => string;

export interface Palette {
  strong: Paint;
  dim: Paint;
  good: Paint;
  warn: Paint;
  bad: Paint;
}

const same: Paint = (text) => text;

export const PLAIN: Palette = { strong: same, dim: same, good: same, warn: same, bad: same };

export const COLOURS: Palette = {
  strong: sgr(1),
  dim: sgr(2),
  good: sgr(32),
  warn: sgr(33),
  bad: sgr(31),
};

/**
 * The palette for this stream.
 *
 * @example
 * const { warn } = paletteFor(process.stdout, process.env);
 */
export function paletteFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Palette {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' ? COLOURS : PLAIN;
}

/** `line` cut to `width` columns, its escape sequences not counted and none of them left open. */
export function clip(line: string, width: number): string {
  let columns = 0;
  let clipped = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  for (const [part] of line.matchAll(/\x1b\[[0-9;]*m|./gsu)) {
    if (part.startsWith('\x1b')) clipped += part;
    else if (columns++ < width) clipped += part;
  }
  return clipped;
}

function sgr(code: number): Paint {
  return (text) => (text === '' ? '' : `\x1b[${code}m${text}\x1b[0m`);
}
