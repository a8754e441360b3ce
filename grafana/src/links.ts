/**
 * Links into the dashboards.
 *
 * Invariant: a link keeps all that is chosen. It starts with a slash, so Grafana puts the sub-path it is served under in
 * front of it, and Grafana encodes what it fills in, so a lock may be named `POST /checkout`.
 */

/** Fixed, so that links and bookmarks survive an import. */
export const OVERVIEW_UID = 'lockmeter-overview';

const KEPT = ['datasource', 'job', 'instance', 'backend', 'top'];

/** The overview of the lock in the cell that is clicked. */
export function onlyThisLock(): string {
  const variables = KEPT.map((name) => `$\{${name}:queryparam}`);
  return `/d/${OVERVIEW_UID}?$\{__url_time_range}&${variables.join('&')}&var-lock=$\{__value.raw}`;
}
