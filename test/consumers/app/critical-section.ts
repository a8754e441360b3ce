/**
 * What must not run twice at once, and says so when it does: it counts who is inside, and lets nobody out before it is told.
 * The schedule is thereby the test's, not the clock's.
 */

/** Requests go in, and out when the door opens. */
export class CriticalSection {
  /** How many are in it. */
  inside = 0;
  /** The most that were in it at once. */
  most = 0;
  /** Who came in, in that order. */
  readonly entered: string[] = [];
  #open!: () => void;
  readonly #door = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  /** Goes in, and comes out when the door is open. */
  async pass(who: string): Promise<void> {
    this.entered.push(who);
    this.most = Math.max(this.most, ++this.inside);
    await this.#door;
    this.inside--;
  }

  open(): void {
    this.#open();
  }
}
