/**
 * Microtasks, counted. Tests of order let an exact number of them pass; tests that only want everything that can happen
 * now to have happened let one turn of the event loop pass.
 */

/** Lets `count` microtask ticks pass. */
export async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

/** Lets every microtask and one turn of the event loop pass. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How many microtask ticks `promise` takes to settle, `limit` at most. */
export async function ticksToSettle(promise: Promise<unknown>, limit = 50): Promise<number> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  for (let count = 0; count <= limit; count++) {
    if (settled) return count;
    await undefined;
  }
  throw new Error(`not settled after ${limit} ticks`);
}

/** Where `promise` stands now: looked at without waiting for it. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  let state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  promise.then(
    () => {
      state = 'fulfilled';
    },
    () => {
      state = 'rejected';
    },
  );
  await turn();
  return state;
}
