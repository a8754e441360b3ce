/**
 * An ES module that uses the package by its name, as installed: every entry, with types. It is compiled and never run.
 */
import express from 'express';
import {
  type Hold,
  type Lock,
  type LockDriver,
  type LockHealth,
  type LockInspection,
  LockLostError,
  LockManager,
  LockTimeoutError,
  locks,
  memoryDriver,
  withLock,
} from 'lockmeter';
import { type DriverHarness, driverContract } from 'lockmeter/driver-contract';
import { lockHandler, lockRoute, serialize } from 'lockmeter/express';
import { InjectLock, LockExceptionFilter, LockHealthIndicator, LockModule, WithLock } from 'lockmeter/nestjs';
import { configureTracing, instrumentLocks, lockmeterPrometheusViews, metricProducer } from 'lockmeter/opentelemetry';
import { collectLockMetrics } from 'lockmeter/prometheus';
import { type RedisDriver, type RedisDriverOptions, redisDriver } from 'lockmeter/redis';
import { Registry } from 'prom-client';

const manager: LockManager = new LockManager({ timeout: 1_000 });
const lock: Lock = manager.lock('inventory', 7);
export const left: number = await lock.run((hold: Hold) => hold.waited, { label: 'esm' });
export const reserve: (sku: string) => Promise<number> = withLock('inventory', (sku: string) => sku.length, {
  manager,
});
export const moved: number = await manager.runAll(
  [['account', 1], ['account', 'b'], 'ledger'],
  (holds) => holds.length,
);
export const late: boolean = await locks.run('inventory', () => false).catch((e) => e instanceof LockTimeoutError);

collectLockMetrics({ register: new Registry(), manager });
configureTracing({ spans: 'off' });
export const stop: () => void = instrumentLocks({ manager });
export const exported = { producer: metricProducer({ names: 'prometheus' }), views: lockmeterPrometheusViews };

export const app = express();
app.use(lockRoute('/checkout', { timeout: 5_000 }));
app.post('/orders/:id', serialize<{ id: string }>('order', { key: (req) => req.params.id }), (_req, res) => {
  res.end();
});
app.post(
  '/pay',
  lockHandler('pay', async (_req, res) => void res.json({ paid: true })),
);

export class Inventory {
  constructor(@InjectLock('inventory') readonly lock: Lock) {}

  @WithLock('inventory', { key: (sku: string) => sku })
  async reserve(sku: string): Promise<number> {
    return sku.length;
  }
}
export const parts = [LockModule.forRoot(), LockExceptionFilter, LockHealthIndicator];

const onRedis: RedisDriverOptions = { url: 'redis://127.0.0.1', lease: 5_000 };
export const driver: RedisDriver = redisDriver(onRedis);
export const shared: LockManager = new LockManager({ driver: driver as LockDriver, storeTraceparent: true });
export const state: LockHealth['state'] = shared.health().state;
export const seen: Promise<LockInspection> = shared.inspect('inventory', 7);
export const token: Promise<bigint | undefined> = shared.run('inventory', (hold) => hold.fencingToken);
export const lost = (hold: Hold): boolean => hold.signal.reason instanceof LockLostError;
const harness: DriverHarness = { open: () => memoryDriver() };
export const titles: string[] = driverContract(harness).map(({ title }) => title);

// @ts-expect-error a key is a string or a number
manager.lock('inventory', {});
