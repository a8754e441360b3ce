/**
 * An attempt that queues in a context that holds something, from then until its turn or its failure.
 *
 * Invariant: whoever made the attempt gets its turn as if nobody looked; and what is asked of it meanwhile is answered from
 * inside the promise that it waits on, for only there the stack shows who awaits it.
 */
import type { Hold } from '../hold.js';
import { type Awaiting, awaitChain } from './await-chain.js';
import { type CallSite, linesOf } from './call-site.js';
import type { HeldFrame } from './held-frame.js';
import type { GraphWait } from './wait-graph.js';

type Answer = (chain: readonly Awaiting[]) => void;

export class NestedWait implements GraphWait {
  private wake!: (asked: Answer | undefined) => void;
  private next!: Promise<Answer | undefined>;

  constructor(
    readonly waiter: Hold,
    readonly frames: readonly HeldFrame[],
    /** Where the attempt was made. */
    readonly site: CallSite,
  ) {
    this.listen();
  }

  /** Resolves and rejects as `granted` does, and answers `awaitedBy` until then. */
  async turn(granted: Promise<true>): Promise<true> {
    const over = (): void => this.wake(undefined);
    granted.then(over, over);
    for (;;) {
      const answer = await this.next;
      // Looked at first: it may have ended between the question and here.
      if (!this.waiter.waiting) return granted;
      this.listen();
      answer?.(awaitChain());
    }
  }

  /** The functions that await this attempt at this moment, the innermost first. Never settles for one that is over. */
  awaitedBy(): Promise<readonly Awaiting[]> {
    return new Promise((resolve) => this.wake(resolve));
  }

  /** Gives an error the stack of the attempt: it is made in a turn of the event loop that has none. */
  calledFrom<E extends Error>(error: E): E {
    error.stack = [`${error.name}: ${error.message}`, ...linesOf(this.site).map((line) => `    ${line}`)].join('\n');
    return error;
  }

  private listen(): void {
    this.next = new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
