/** One lock, from every side: what is true of it now, why its callers wait, and in which process. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alerts } from './annotations.js';
import { dashboardBuilder, withRows } from './dashboard.js';
import { LOCK_UID, toOverview } from './links.js';
import { Queries } from './queries.js';
import { byInstance } from './rows/by-instance.js';
import { littlesLaw } from './rows/littles-law.js';
import { lockFailures } from './rows/lock-failures.js';
import { lockHold } from './rows/lock-hold.js';
import { lockNow } from './rows/lock-now.js';
import { lockSummary } from './rows/lock-summary.js';
import { lockWait } from './rows/lock-wait.js';
import { variablesOfOne } from './variables.js';

/**
 * The dashboard of one lock.
 *
 * @example
 * oneLock().uid; // 'lockmeter-lock'
 */
export function oneLock(): Dashboard {
  const q = new Queries('one');
  const builder = dashboardBuilder('Lock', LOCK_UID, 'One lock: its waits, its holds, and what is stuck in it.')
    .variables(variablesOfOne())
    .annotations([alerts()])
    .link(toOverview());
  const rows = [lockSummary, lockWait, lockHold, littlesLaw, lockNow, byInstance, lockFailures];
  return withRows(
    builder,
    rows.map((row) => row(q)),
  );
}
