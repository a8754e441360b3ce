/** Every dashboard there is, and the file it goes to: what is written and what is tested. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { LOCK_UID, OVERVIEW_UID } from './links.js';
import { oneLock } from './one-lock.js';
import { overview } from './overview.js';

/** The name of the file, without its folder, and what is in it. */
export const DASHBOARDS: Readonly<Record<string, () => Dashboard>> = {
  [`${OVERVIEW_UID}.json`]: overview,
  [`${LOCK_UID}.json`]: oneLock,
};
