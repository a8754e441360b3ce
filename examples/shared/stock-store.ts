/**
 * A small store that is real enough to go wrong: one JSON file per article, read and written with real asynchronous I/O.
 *
 * Invariant: a single `read` or `write` is atomic (a reader never sees half a file). A read, a thought and a write are
 * *not*: two callers that interleave both read 7, both write 6, and one sale is lost. That is what the lock is for.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, replaceFile } from './kept-file.js';

/** The shop's articles. The first is the one that everybody wants. */
export const SKUS = ['espresso-beans', 'filter-papers', 'grinder', 'kettle', 'moka-pot', 'tamper'] as const;

/**
 * How many of each article are left.
 *
 * @example
 * const stock = new StockStore(directory);
 * await stock.open(100);
 * await stock.write('kettle', (await stock.read('kettle')) - 1); // only under a lock
 */
export class StockStore {
  constructor(private readonly directory: string) {}

  /** Starts with this many of every article, unless there are any. */
  async open(each: number): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    for (const sku of SKUS) await createFile(this.path(sku), shelf(sku, each));
  }

  has(sku: string): boolean {
    return (SKUS as readonly string[]).includes(sku);
  }

  async read(sku: string): Promise<number> {
    const { left } = JSON.parse(await readFile(this.path(sku), 'utf8')) as { left: number };
    return left;
  }

  write(sku: string, left: number): Promise<void> {
    return replaceFile(this.path(sku), shelf(sku, left));
  }

  private path(sku: string): string {
    return join(this.directory, `${sku}.json`);
  }
}

function shelf(sku: string, left: number): string {
  return JSON.stringify({ sku, left });
}
