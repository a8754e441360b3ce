/**
 * Drawing in place, with escape sequences that can be read here.
 */
import { COLOURS, clip, PLAIN, paletteFor } from '../../examples/shared/paint.js';
import { Screen } from '../../examples/shared/screen.js';

function terminal(columns: number, rows: number) {
  const written: string[] = [];
  return { columns, rows, written, write: (text: string) => written.push(text) };
}

test('draws in the place of its last drawing, and clears what that had more', () => {
  const out = terminal(80, 24);
  const screen = new Screen(out);
  screen.draw(['one', 'two']);
  screen.draw(['three']);
  screen.end();
  expect(out.written).toEqual(['\x1b[?25l\x1b[Kone\n\x1b[Ktwo\n\x1b[J', '\x1b[2A\r\x1b[Kthree\n\x1b[J', '\x1b[?25h']);
});

test('never draws more or longer lines than the terminal has', () => {
  const out = terminal(4, 3);
  const screen = new Screen(out);
  screen.draw(['abcdef', 'b', 'c', 'd']);
  screen.draw(['abcdef']);
  expect(out.written[0]).toBe('\x1b[?25l\x1b[Kabcd\n\x1b[Kb\n\x1b[J');
  expect(out.written[1]).toContain('\x1b[2A');
});

test('a line is cut by what is seen of it, and its colour still ends', () => {
  expect(clip(COLOURS.bad('abcdef'), 3)).toBe('\x1b[31mabc\x1b[0m');
  expect(clip('▪▪▪', 2)).toBe('▪▪');
});

test('colours are for terminals whose user has not said no', () => {
  expect(paletteFor({ isTTY: true }, {})).toBe(COLOURS);
  expect(paletteFor({ isTTY: true }, { NO_COLOR: '1' })).toBe(PLAIN);
  expect(paletteFor({}, {})).toBe(PLAIN);
});
