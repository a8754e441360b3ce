/**
 * Invoice numbers without gaps, kept in a file. The shop's healthy lock: held for a few small file operations, so it is
 * hardly ever contended, and on the chart it is the line to compare the others with.
 *
 * Invariant: a number is given out once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockManager, locks } from 'lockmeter';
import { createFile, replaceFile } from './kept-file.js';

/**
 * The next number of a series that an auditor will read.
 *
 * @example
 * const numbers = new InvoiceNumbers(directory);
 * await numbers.open();
 * await numbers.next(); // 1
 */
export class InvoiceNumbers {
  private readonly path: string;

  /** @param manager Whose lock: one that all processes share, if the folder is. */
  constructor(
    directory: string,
    private readonly manager: LockManager = locks,
  ) {
    this.path = join(directory, 'last-invoice.txt');
  }

  /** Begins the series, unless it was begun. */
  open(): Promise<void> {
    return createFile(this.path, '0');
  }

  next(): Promise<number> {
    return this.manager.run('invoice-number', async () => {
      const number = Number(await readFile(this.path, 'utf8')) + 1;
      await replaceFile(this.path, String(number));
      return number;
    });
  }
}
