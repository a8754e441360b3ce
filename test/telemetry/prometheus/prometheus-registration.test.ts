/**
 * Putting the metrics on a registry: once, however often it is asked for and whoever asks, and never over a stranger's.
 */
import { jest } from '@jest/globals';
import { LockManager, StatsRegistry } from 'lockmeter';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { Counter, Registry } from 'prom-client';
import { METRICS } from '../../../src/telemetry/names.js';
import { isolatedManager } from '../../support/isolated.js';
import { CLIENT_NAMES, collected, labelled } from './collected.js';

const ALL = Object.keys(METRICS).length;

test.each(CLIENT_NAMES)('%s: calling it again, or after a clear, leaves exactly one set of metrics', (client) => {
  const { manager, register } = collected(client);
  const before = register.getMetricsAsArray();
  collectLockMetrics({ manager, register });
  expect(register.getMetricsAsArray()).toEqual(before);
  expect(before).toHaveLength(ALL);
  register.clear();
  collectLockMetrics({ manager, register });
  expect(register.getMetricsAsArray()).toHaveLength(ALL);
});

test('calling it again after an OpenMetrics scrape, which renames counters, changes nothing either', async () => {
  const register = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const manager = isolatedManager();
  collectLockMetrics({ manager, register });
  const page = await register.metrics();
  collectLockMetrics({ manager, register });
  expect(register.getMetricsAsArray()).toHaveLength(ALL);
  expect(await register.metrics()).toBe(page);
});

test('other numbers on the same registry need a prefix of their own', async () => {
  const { register } = collected();
  const other = new LockManager({ stats: new StatsRegistry() });
  expect(() => collectLockMetrics({ manager: other, register })).toThrow(/prefix/);
  collectLockMetrics({ manager: other, register, prefix: 'tenant_' });
  await other.run('inventory', () => 1);
  expect(await register.metrics()).toContain('tenant_locked{');
});

test('a stranger of the same name is not replaced', () => {
  const register = new Registry();
  new Counter({ name: 'lockmeter_locked', help: 'not ours', registers: [register] });
  expect(() => collectLockMetrics({ manager: isolatedManager(), register })).toThrow(
    new Error('The registry has another metric called lockmeter_locked: give collectLockMetrics() a prefix of its own'),
  );
  expect(register.getMetricsAsArray()).toHaveLength(1);
});

test.each([
  ['coarse', 'full'],
  ['full', 'off'],
  ['off', 'full'],
] as const)('histograms %s cannot become %s on the same registry unnoticed', (histograms, other) => {
  const { manager, register } = collected('prom-client', { histograms });
  const before = register.getMetricsAsArray().length;
  expect(() => collectLockMetrics({ manager, register, histograms: other })).toThrow(
    new RegExp(`^The registry has lockmeter_\\w+ with histograms "${histograms}" already, got "${other}": `),
  );
  expect(register.getMetricsAsArray()).toHaveLength(before);
  register.clear();
  expect(() => collectLockMetrics({ manager, register, histograms: other })).not.toThrow();
});

test.each(['', '1st_', 'a-b', 'a:b', 5, null])('a prefix of %p is refused', (prefix) => {
  const register = new Registry();
  expect(() => collectLockMetrics({ manager: isolatedManager(), register, prefix: prefix as never })).toThrow(
    TypeError,
  );
  expect(register.getMetricsAsArray()).toEqual([]);
});

test.each([7, null, {}, { registerMetric: () => {} }])('a register of %p is refused', (register) => {
  expect(() => collectLockMetrics({ manager: isolatedManager(), register: register as never })).toThrow(
    /^register must be a Registry of prom-client or @prometheus-io\/client, got /,
  );
});

test('modules that are loaded anew find their metrics on a registry that was kept', async () => {
  const register = new Registry();
  collectLockMetrics({ register });
  const before = register.getMetricsAsArray();
  jest.resetModules();
  const { locks } = await import('lockmeter');
  const anew = await import('lockmeter/prometheus');
  expect(anew.collectLockMetrics).not.toBe(collectLockMetrics);
  anew.collectLockMetrics({ register });
  expect(register.getMetricsAsArray()).toEqual(before);
  await locks.run('reloaded', () => 1);
  expect(await register.metrics()).toContain(`lockmeter_locked{lock_name="reloaded",lock_backend="memory"} 0`);
});

test('without a register it is the global one of prom-client', async () => {
  const { locks } = await import('lockmeter');
  const anew = await import('lockmeter/prometheus');
  const { register } = await import('prom-client');
  try {
    anew.collectLockMetrics();
    anew.collectLockMetrics();
    await locks.run('global', () => 1);
    expect(await register.metrics()).toContain(`lockmeter_locked{lock_name="global",lock_backend="memory"} 0`);
    expect(register.getMetricsAsArray()).toHaveLength(ALL);
  } finally {
    register.clear();
  }
});

test('a reset of the registry does not make the counters go back', async () => {
  const { manager, register, scrape } = collected();
  await manager.run('inventory', () => 1);
  register.resetMetrics();
  expect((await scrape()).get(`lockmeter_acquisitions_total${labelled('inventory', 'lock_outcome="acquired"')}`)).toBe(
    1,
  );
});
