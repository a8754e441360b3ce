/**
 * The loops of `loops.ts` as a traced server runs them: every operation inside the context of its request's span. The
 * context switch is inside the timed loop, and the same for everybody. Copied per contestant, as `loops.ts` is.
 */
import { type Context, context } from '@opentelemetry/api';
import type { Run } from './peers/peer.js';

const nothing = async (): Promise<void> => {};

const yielding = async (): Promise<void> => {
  await null;
};

/** One request after the other. */
export async function uncontended(run: Run, requests: readonly Context[], operations: number): Promise<void> {
  for (let i = 0; i < operations; i++) await context.with(requests[i % requests.length]!, () => run(nothing));
}

/** All requests at once, `times` times. */
export async function contended(run: Run, requests: readonly Context[], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    let last: Promise<unknown> | undefined;
    for (const request of requests) last = context.with(request, () => run(yielding));
    await last;
  }
}
