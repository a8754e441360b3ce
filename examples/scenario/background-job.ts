/**
 * Work that no request asked for, under a lock: a trace of its own, and an entry in the ledger.
 */
import { trace } from '@opentelemetry/api';
import { type AcquireOptions, type LockManager, locks } from 'lockmeter';
import type { Ledger } from './ledger.js';

/** Runs `body` under `lock`, and resolves when it is over or the lock was not to be had. Never rejects. */
export function backgroundJob(
  ledger: Ledger,
  lock: string,
  body: () => Promise<unknown>,
  options: AcquireOptions,
  manager: LockManager = locks,
): Promise<void> {
  return trace.getTracer('shop').startActiveSpan(`job ${lock}`, async (span) => {
    const visit = ledger.ask(lock);
    const work = async (): Promise<void> => {
      visit.granted();
      await body();
      visit.released();
    };
    await manager.run(lock, work, options).catch(visit.failed);
    span.end();
  });
}
