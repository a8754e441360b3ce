/**
 * What the locks protect: it remembers the largest token that it was written with, and turns smaller ones away. Without
 * fencing it takes everything, as most resources do.
 */

/** See above. */
export class FencedResource {
  private readonly largest = new Map<string, number>();

  constructor(private readonly fencing: boolean) {}

  /** Writes, if it may. Returns whether it did. */
  write(lock: string, token: number): boolean {
    const before = this.largest.get(lock) ?? 0;
    if (this.fencing && token < before) return false;
    this.largest.set(lock, Math.max(before, token));
    return true;
  }
}
