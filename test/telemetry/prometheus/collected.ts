/**
 * The metrics of a manager on a registry of either Prometheus client, read as a scraper reads them.
 */
import * as successor from '@prometheus-io/client';
import type { LockManager } from 'lockmeter';
import { collectLockMetrics, type LockMetricsOptions } from 'lockmeter/prometheus';
import * as promClient from 'prom-client';
import { isolatedManager } from '../../support/isolated.js';
import { samplesOf } from '../../support/prometheus-page.js';

/** The registry of one client or the other. */
export type ClientRegistry = promClient.Registry | successor.Registry;

/** Both clients, by the name of their package. */
export const CLIENTS = {
  'prom-client': (): ClientRegistry => new promClient.Registry<promClient.PrometheusContentType>(),
  '@prometheus-io/client': (): ClientRegistry => new successor.Registry(),
};

export type ClientName = keyof typeof CLIENTS;

export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];

export interface Collected {
  readonly manager: LockManager;
  readonly register: ClientRegistry;
  /** The page as text. */
  readonly page: () => Promise<string>;
  /** The page by series. */
  readonly scrape: () => Promise<Map<string, number>>;
}

/** A registry that shares nothing with the process, with the metrics of a manager that shares nothing either. */
export function collected(client: ClientName = 'prom-client', options: LockMetricsOptions = {}): Collected {
  const manager = options.manager ?? isolatedManager();
  const register = CLIENTS[client]();
  collectLockMetrics({ ...options, manager, register });
  const page = (): Promise<string> => register.metrics();
  return { manager, register, page, scrape: async () => samplesOf(await page()) };
}

/** Makes the registry speak OpenMetrics. */
export function speakOpenMetrics(register: ClientRegistry): void {
  register.setContentType(promClient.Registry.OPENMETRICS_CONTENT_TYPE as never);
}

/** A series of one lock name in memory, as `samplesOf` spells it. */
export function labelled(lock: string, more = ''): string {
  const labels = [`lock_backend="memory"`, `lock_name="${lock}"`, ...(more === '' ? [] : [more])];
  return `{${labels.sort().join(',')}}`;
}
