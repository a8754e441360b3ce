/**
 * What is timed. Each contestant gets a copy of this module of its own (`fresh-loops.ts`), for a loop that has called
 * one lock and then calls the next has lost what the compiler knew, and the first contestant would look the best.
 */
import type { Acquire, Run } from './peers/peer.js';

const nothing = async (): Promise<void> => {};

const yielding = async (): Promise<void> => {
  await null;
};

/** One caller, one operation after the other. */
export async function uncontended(run: Run, operations: number): Promise<void> {
  for (let i = 0; i < operations; i++) await run(nothing);
}

/** The same with the bare pair. */
export async function pairs<T>(lock: Acquire<T>, operations: number): Promise<void> {
  for (let i = 0; i < operations; i++) lock.release(await lock.acquire());
}

/** `callers` callers at once, `times` times. All of these locks are FIFO: when the last is done, all are. */
export async function contended(run: Run, callers: number, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    let last: Promise<unknown> | undefined;
    for (let i = 0; i < callers; i++) last = run(yielding);
    await last;
  }
}

/** Every key once. The keys are new strings, as those from requests are. */
export async function keyed(
  run: (key: string, body: () => Promise<void>) => Promise<unknown>,
  from: number,
  to: number,
) {
  for (let i = from; i < to; i++) await run(`key-${i}`, nothing);
}

/** Calls `read` and uses what it returns. */
export function calls(read: () => number, operations: number): number {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += read();
  return sum;
}
