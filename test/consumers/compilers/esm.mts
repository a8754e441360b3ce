/**
 * An ES module that uses the package by its name, as installed: every entry, with types. It is compiled and never run.
 */
import express from 'express';
import { type Hold, type Lock, LockManager, LockTimeoutError, locks, withLock } from 'lockmeter';
import { lockHandler, lockRoute, serialize } from 'lockmeter/express';
import { InjectLock, LockExceptionFilter, LockModule, WithLock } from 'lockmeter/nestjs';
import { configureTracing, instrumentLocks, lockmeterPrometheusViews, metricProducer } from 'lockmeter/opentelemetry';
import { collectLockMetrics } from 'lockmeter/prometheus';
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
export const parts = [LockModule.forRoot(), LockExceptionFilter];

// @ts-expect-error a key is a string or a number
manager.lock('inventory', {});
