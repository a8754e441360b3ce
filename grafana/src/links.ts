/**
 * Links between the dashboards.
 *
 * Invariant: a link keeps all that is chosen and that the other side knows. It starts with a slash, so Grafana puts the
 * sub-path it is served under in front of it, and Grafana encodes what it fills in, so a lock may be named `POST /checkout`.
 */
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { inSight } from './placement.js';

/** Fixed, so that links and bookmarks survive an import. */
export const OVERVIEW_UID = 'lockmeter-overview';
export const LOCK_UID = 'lockmeter-lock';

const KEPT = ['datasource', 'job', 'instance', 'backend'].map((name) => `$\{${name}:queryparam}`).join('&');

/** The dashboard of the lock in the cell that is clicked. */
export function toThisLock(): string {
  return `/d/${LOCK_UID}?$\{__url_time_range}&${KEPT}&var-lock=$\{__value.raw}`;
}

/** All locks again: the one lock is left behind. */
export function toOverview() {
  const link = new DashboardLinkBuilder('All locks')
    .type(DashboardLinkType.Link)
    .icon('dashboard')
    .tooltip('The overview, of the same services and the same time')
    .url(`/d/${OVERVIEW_UID}?${KEPT}`)
    .keepTime(true);
  return inSight(link);
}
