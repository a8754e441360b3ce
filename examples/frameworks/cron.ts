/** Cron: a run that finds the one before still at work is left out, whoever started that. */
import { Cron } from 'croner';
import { LockTimeoutError, withLock } from 'lockmeter';

/** A report that is made on a schedule and on demand, never twice at once for the same tenant. */
export interface Reports {
  /** On demand: waits for its turn, 30 s at most. */
  now(tenant: string): Promise<void>;
  schedule(pattern: string, tenant: string): Cron;
}

/** Makes them of the function that does the work and of one that takes notes. */
export function makeReports(
  report: (tenant: string) => Promise<void>,
  log: (message: string, error: unknown) => void,
): Reports {
  const key = (tenant: string): string => tenant;
  const now = withLock('report', report, { key, timeout: 30_000, label: 'on demand' });
  const unlessBusy = withLock('report', report, { key, timeout: 0, label: 'cron' });
  return {
    now,
    schedule: (pattern, tenant) =>
      new Cron(
        pattern,
        {
          catch: (error) => {
            if (error instanceof LockTimeoutError && error.lock === 'report') log('left out', error);
            else log('failed', error);
          },
        },
        () => unlessBusy(tenant),
      ),
  };
}
