/**
 * The scenarios in the order they run. Their modules are loaded on demand, so that a process that measures has loaded
 * nothing that belongs to another environment.
 */
import type { Scenario } from './scenario.js';

export const scenarios: readonly Scenario[] = [
  { name: 'no-sdk', title: 'No SDK', base: 'p-mutex', load: () => import('./no-sdk.js') },
  { name: 'manager', title: 'No SDK, through a manager', base: 'p-mutex', load: () => import('./manager.js') },
  {
    name: 'deadlocks',
    title: 'Looking for deadlocks, through a manager',
    base: 'off',
    load: () => import('./deadlocks.js'),
  },
  {
    name: 'sdk',
    title: 'OpenTelemetry SDK registered, 1 % of requests sampled',
    base: 'async-mutex',
    load: () => import('./sdk-one-percent.js'),
  },
  {
    name: 'sdk-slow',
    title: 'OpenTelemetry SDK registered, every request sampled, spans of slow attempts only',
    base: 'async-mutex',
    load: () => import('./sdk-slow.js'),
  },
  { name: 'scrape', title: 'A scrape', base: 'prom-client’s own histograms', load: () => import('./scrape.js') },
  {
    name: 'cancellation',
    title: 'Cancellation, per waiter',
    base: 'the abort event alone',
    load: () => import('./cancellation.js'),
  },
  {
    name: 'keys',
    title: 'Distinct keys, each used once',
    base: 'Map of promise tails (floor)',
    load: () => import('./keys.js'),
  },
  { name: 'memory', title: 'Memory', load: () => import('./memory.js') },
  { name: 'clock', title: 'The clock', base: 'process.hrtime()', load: () => import('./clock.js') },
];
