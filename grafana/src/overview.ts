/** All locks: is anything wrong, and which lock is it? */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboardBuilder, withRows } from './dashboard.js';
import { OVERVIEW_UID } from './links.js';
import { Queries } from './queries.js';
import { contention } from './rows/contention.js';
import { distributed } from './rows/distributed.js';
import { failures } from './rows/failures.js';
import { hold } from './rows/hold.js';
import { now } from './rows/now.js';
import { runtime } from './rows/runtime.js';
import { summary } from './rows/summary.js';
import { wait } from './rows/wait.js';
import { variablesOfMany } from './variables.js';

/**
 * The overview of all locks.
 *
 * @example
 * overview().panels?.length; // rows included
 */
export function overview(): Dashboard {
  const q = new Queries('many');
  const about = 'Who waits for a lock, who holds one, and for how long.';
  const builder = dashboardBuilder('Overview', OVERVIEW_UID, about).variables(variablesOfMany());
  const rows = [summary, contention, wait, hold, now, failures, distributed, runtime];
  return withRows(
    builder,
    rows.map((row) => row(q)),
  );
}
