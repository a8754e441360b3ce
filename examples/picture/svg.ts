/**
 * The few shapes that the picture is made of. Text is escaped here and nowhere else.
 */

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** On white and on a dark page alike: the picture brings its own paper. */
export const COLOURS = {
  paper: '#ffffff',
  ink: '#1f2328',
  faint: '#6e7781',
  grid: '#d8dee4',
  wait: '#d1242f',
  hold: '#1a7f37',
  blocker: '#bf8700',
  request: '#8c959f',
  lines: ['#d1242f', '#0969da', '#8250df', '#1a7f37'],
} as const;

export function rect({ x, y, width, height }: Area, fill: string, more = ''): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" ${more}/>`;
}

export function text(x: number, y: number, content: string, more = `fill="${COLOURS.ink}"`): string {
  return `<text x="${round(x)}" y="${round(y)}" ${more}>${escaped(content)}</text>`;
}

export function line(points: readonly (readonly [number, number])[], stroke: string, more = ''): string {
  const path = points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${stroke}" ${more}/>`;
}

export function document(width: number, height: number, title: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    rect({ x: 0.5, y: 0.5, width: width - 1, height: height - 1 }, COLOURS.paper, `rx="8" stroke="${COLOURS.grid}"`),
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
