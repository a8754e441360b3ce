/**
 * Invoice numbers without gaps, kept in a file. The shop's healthy lock: held for two small file operations, so it is
 * hardly ever contended, and on the chart it is the line to compare the others with.
 *
 * Invariant: a number is given out once.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locks } from 'lockmeter';

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

  constructor(directory: string) {
    this.path = join(directory, 'last-invoice.txt');
  }

  async open(): Promise<void> {
    await writeFile(this.path, '0');
  }

  next(): Promise<number> {
    return locks.run('invoice-number', async () => {
      const number = Number(await readFile(this.path, 'utf8')) + 1;
      await writeFile(this.path, String(number));
      return number;
    });
  }
}
