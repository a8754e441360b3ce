/**
 * A part of the terminal that is drawn again and again in place, below what was printed before it.
 *
 * Invariant: it never draws more lines than fit, nor longer ones: the cursor could not find back to its first line.
 */
import { clip } from './paint.js';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_TO_END_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** What a screen needs of a terminal. */
export interface Terminal {
  write(text: string): unknown;
  columns: number;
  rows: number;
}

/**
 * @example
 * const screen = new Screen(process.stdout);
 * screen.draw(['1 waiting']);
 * screen.draw(['2 waiting']); // in its place
 */
export class Screen {
  private drawn = 0;

  constructor(private readonly terminal: Terminal) {}

  draw(lines: readonly string[]): void {
    const { columns, rows } = this.terminal;
    // Cleared first: behind a full line the cursor still stands on its last sign.
    const visible = lines.slice(0, Math.max(rows - 1, 1)).map((line) => CLEAR_TO_END_OF_LINE + clip(line, columns));
    const back = this.drawn === 0 ? HIDE_CURSOR : `\x1b[${this.drawn}A\r`;
    this.terminal.write(`${back}${visible.join('\n')}\n${CLEAR_BELOW}`);
    this.drawn = visible.length;
  }

  /** Leaves the last drawing where it is. */
  end(): void {
    if (this.drawn > 0) this.terminal.write(SHOW_CURSOR);
    this.drawn = 0;
  }
}
