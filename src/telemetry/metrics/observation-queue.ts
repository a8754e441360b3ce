/**
 * Observations on their way from a lock to something slow. A lock only appends to an array; what is slow, may throw and may
 * come back to the lock is done later, outside of the lock's calls.
 *
 * Invariants: nothing is lost or doubled up to `CHUNK * MAX_CHUNKS` observations, and no more are kept; each is handed on
 * after the call that made it has returned; a step that nobody asked for hands on `2 * CHUNK` at most.
 */
import { inMicrotask } from '../microtask.js';

/** How many observations are waited for before they are handed on unasked. */
export const CHUNK = 1_000;

/** How many chunks are kept. Only a loop that never gives the event loop a turn gets there. */
export const MAX_CHUNKS = 100;

/** One for all that is dropped: an error of its own, with its stack, takes many times as long as the lock. */
const FULL = new Error(`More than ${CHUNK * MAX_CHUNKS} lock observations in one turn of the event loop`);

interface Chunk<T> {
  readonly of: T[];
  readonly values: number[];
}

export class ObservationQueue<T> {
  private chunks: Chunk<T>[] = [];
  private microtask = false;
  private immediate = false;

  constructor(
    private readonly handOn: (of: T, value: number) => void,
    private readonly report: (error: unknown) => void,
  ) {}

  push(of: T, value: number): void {
    let last = this.chunks[this.chunks.length - 1];
    if (last === undefined || last.values.length === CHUNK) {
      if (this.chunks.length === MAX_CHUNKS) {
        this.report(FULL);
        return;
      }
      last = { of: [], values: [] };
      this.chunks.push(last);
    }
    last.of.push(of);
    if (last.values.push(value) === CHUNK) this.relieveSoon();
  }

  /** Hands on everything that is there. */
  drain(): void {
    // Counted before: what is handed on may observe again.
    for (let count = this.chunks.length; count > 0; count--) this.handOnFirst();
  }

  /**
   * A microtask, because a program may live in microtasks for long; it takes more than was added, so that the rest shrinks
   * there too. The rest waits for turns of the event loop, so that no step is long.
   */
  private relieveSoon(): void {
    if (this.microtask) return;
    this.microtask = true;
    inMicrotask(() => {
      this.microtask = false;
      this.relieve();
    });
  }

  private relieve(): void {
    for (let count = 2; count > 0 && this.chunks[0]?.values.length === CHUNK; count--) this.handOnFirst();
    if (this.immediate || this.chunks[0]?.values.length !== CHUNK) return;
    this.immediate = true;
    setImmediate(() => {
      this.immediate = false;
      this.relieve();
    });
  }

  private handOnFirst(): void {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return;
    chunk.values.forEach((value, i) => {
      try {
        this.handOn(chunk.of[i]!, value);
      } catch (error) {
        this.report(error);
      }
    });
  }
}
