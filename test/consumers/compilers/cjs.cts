/**
 * A CommonJS module that uses the package by its name, as installed: every entry, with types. It is compiled and never run.
 */
import lockmeter = require('lockmeter');
import driverContract = require('lockmeter/driver-contract');
import onExpress = require('lockmeter/express');
import onNest = require('lockmeter/nestjs');
import openTelemetry = require('lockmeter/opentelemetry');
import prometheus = require('lockmeter/prometheus');
import onRedis = require('lockmeter/redis');
import promClient = require('prom-client');

const manager: lockmeter.LockManager = new lockmeter.LockManager({ timeout: 1_000 });
const lock: lockmeter.Lock = manager.lock('inventory', 7);
const left: Promise<number> = lock.run((hold: lockmeter.Hold) => hold.waited, { label: 'cjs' });
const reserve: (sku: string) => Promise<number> = lockmeter.withLock('inventory', (sku: string) => sku.length);
const moved: Promise<number> = manager.runAll([['account', 1], 'ledger'], (holds) => holds.length);

prometheus.collectLockMetrics({ register: new promClient.Registry(), manager });
openTelemetry.configureTracing({ spans: 'off' });

const middleware: onExpress.RequestMiddleware = onExpress.serialize('checkout');
const router = onExpress.lockRoute('/checkout', { methods: ['POST'] });

const driver: onRedis.RedisDriver = onRedis.redisDriver({ url: 'redis://127.0.0.1' });
manager.use(driver);
const seen: Promise<lockmeter.LockInspection> = manager.inspect('inventory');
const cases: readonly driverContract.ContractCase[] = driverContract.driverContract({ open: lockmeter.memoryDriver });

class Inventory {
  constructor(@onNest.InjectLock('inventory') readonly lock: lockmeter.Lock) {}

  @onNest.WithLock('inventory', { key: (sku: string) => sku })
  async reserve(sku: string): Promise<number> {
    return sku.length;
  }
}
const parts = [onNest.LockModule.forRoot(), onNest.LockExceptionFilter];

// @ts-expect-error a key is a string or a number
manager.lock('inventory', {});

export = { left, reserve, moved, middleware, router, seen, cases, Inventory, parts };
