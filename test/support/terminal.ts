/**
 * A terminal, as far as our programs use one: a program runs on a pseudo-terminal (`script`, of util-linux), and what it draws is
 * kept as a person would see it.
 *
 * Invariant: an escape sequence that is not known here is an error, and not a sign on the screen.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How many columns and rows it has. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What is on the screen, and what has scrolled out of it. */
export class Screenful {
  readonly lines: string[] = [''];
  cursorVisible = true;
  /** Lines that were too long and went on in the next, while the cursor was hidden: while something was drawn in place. */
  wrapped: string[] = [];
  private row = 0;
  private column = 0;
  /** The beginning of an escape sequence whose end has not come yet. */
  private begun = '';

  constructor(private readonly size: Size) {}

  write(text: string): void {
    // biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const come = this.begun + text;
    this.begun = /\x1b(\[[?\d;]*)?$/.exec(come)?.[0] ?? '';
    const whole = come.slice(0, come.length - this.begun.length);
    for (const [part] of whole.matchAll(/\x1b\[[?\d;]*[A-Za-z]|./gsu)) {
      // biome-ignore-end lint/suspicious/noControlCharactersInRegex: the end
      if (part.startsWith('\x1b')) this.control(part.slice(2));
      else if (part === '\r') this.column = 0;
      else if (part === '\n') this.row++;
      else this.put(part);
      this.lines[this.row] ??= '';
    }
  }

  private put(sign: string): void {
    if (this.column === this.size.columns) {
      if (!this.cursorVisible) this.wrapped.push(this.lines[this.row]!);
      this.row++;
      this.column = 0;
    }
    const line = Array.from((this.lines[this.row] ?? '').padEnd(this.column));
    line[this.column++] = sign;
    this.lines[this.row] = line.join('');
  }

  private control(sequence: string): void {
    if (sequence.endsWith('m')) return;
    const up = /^(\d+)A$/.exec(sequence);
    const top = Math.max(0, this.lines.length - this.size.rows);
    if (up !== null) this.row = Math.max(top, this.row - Number(up[1]));
    else if (sequence === 'K') this.clearLine();
    else if (sequence === 'J') {
      this.clearLine();
      this.lines.length = this.row + 1;
    } else if (sequence === '?25l') this.cursorVisible = false;
    else if (sequence === '?25h') this.cursorVisible = true;
    else throw new Error(`what is ${JSON.stringify(sequence)}?`);
  }

  /** At the end of a full line the cursor stands on its last sign. */
  private clearLine(): void {
    const column = Math.min(this.column, this.size.columns - 1);
    this.lines[this.row] = Array.from(this.lines[this.row]!).slice(0, column).join('');
  }
}

/** A program on a terminal. */
export class OnTerminal {
  readonly screen: Screenful;
  readonly exit: Promise<number | null>;

  private constructor(
    private readonly child: ChildProcess,
    size: Size,
  ) {
    this.screen = new Screenful(size);
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.screen.write(text));
    this.exit = once(child, 'close').then(([code]) => code as number | null);
  }

  /**
   * Runs a program of Node.
   *
   * @example
   * const shop = OnTerminal.run(['main.js', '--replicas', '3'], process.env, { columns: 80, rows: 24 });
   */
  static run(args: readonly string[], env: NodeJS.ProcessEnv, size: Size): OnTerminal {
    const quoted = [process.execPath, ...args].map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(' ');
    const command = `stty cols ${size.columns} rows ${size.rows}; exec ${quoted}`;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      env: { ...env, SHELL: '/bin/sh' },
    });
    return new OnTerminal(child, size);
  }

  /** Types `text`: what Ctrl+C sends is `\x03`. */
  type(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Hangs up: the terminal is gone, whatever the program does. */
  hangUp(): void {
    this.child.kill('SIGKILL');
  }
}
