/** What drivers take and give, as the compiler sees it: which clients of Redis it accepts, and which mistakes it does not. */
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5';
import {
  type HolderState,
  type LeaseLoss,
  type LockDriver,
  LockEngineError,
  type LockHealth,
  type LockInspection,
  LockLostError,
  LockManager,
  type LossCause,
  locks,
  type MemoryDriver,
  memoryDriver,
} from 'lockmeter';
import { type ContractCase, driverContract } from 'lockmeter/driver-contract';
import { type RedisDriver, type RedisDriverOptions, redisDriver } from 'lockmeter/redis';
import { createClient, createCluster, type RedisClientType } from 'redis';
import { createClient as createClient5, createCluster as createCluster5, type RedisClientType as Type5 } from 'redis5';
import { type Exact, expectType } from './exact.js';

// the clients
const driver = redisDriver({ client: new Redis() });
expectType<Exact<typeof driver, RedisDriver>>();
redisDriver({ client: new Redis5() });
redisDriver({ client: new Cluster([{ host: 'a' }]) });
redisDriver({ client: new Cluster5([{ host: 'a' }]) });
redisDriver({ client: createClient({ RESP: 3 }) });
redisDriver({ client: createClient5() });
redisDriver({ client: createCluster({ rootNodes: [{}] }) });
redisDriver({ client: createCluster5({ rootNodes: [{}] }) });
declare const declared: { client: RedisClientType; older: Type5 };
redisDriver({ client: declared.client });
redisDriver({ client: declared.older });
// @ts-expect-error that is the url
redisDriver({ client: 'redis://127.0.0.1' });
// @ts-expect-error so is that, as a string
redisDriver({ client: new URL('redis://127.0.0.1') });
// @ts-expect-error the client, not a promise of it
redisDriver({ client: createClient().connect() });
// @ts-expect-error a client, not its options
redisDriver({ client: { host: '127.0.0.1', port: 6379 } });
// @ts-expect-error a client, not its class
redisDriver({ client: Redis });

// the other options
expectType<Exact<Parameters<typeof redisDriver>, [options: RedisDriverOptions]>>();
redisDriver({ url: 'redis://127.0.0.1', waitReplicas: { replicas: 1, timeout: 100 } });
// @ts-expect-error there is no such option
redisDriver({ url: 'redis://127.0.0.1', ttl: 5_000 });
// @ts-expect-error a number of milliseconds
redisDriver({ url: 'redis://127.0.0.1', lease: '15s' });
// @ts-expect-error one or the other
redisDriver();

// where drivers go
new LockManager({ driver, storeTraceparent: true });
locks.use(driver);
// @ts-expect-error a driver, not what makes one
new LockManager({ driver: memoryDriver });
// @ts-expect-error a driver, not a client
new LockManager({ driver: new Redis() });
// @ts-expect-error a driver
locks.use(undefined);

// what they give
const ready = driver.ready();
expectType<Exact<typeof ready, Promise<void>>>();
const memory = memoryDriver();
expectType<Exact<typeof memory, MemoryDriver>>();
const replica = memory.replica();
expectType<Exact<typeof replica, MemoryDriver>>();
const health = locks.health();
expectType<Exact<typeof health, LockHealth>>();
expectType<Exact<LockHealth['state'], 'connecting' | 'ready' | 'degraded' | 'closed'>>();
const seen = locks.inspect('inventory', 7);
expectType<Exact<typeof seen, Promise<LockInspection>>>();
expectType<Exact<HolderState['fencingToken'], bigint>>();
// @ts-expect-error a key is a string or a number
locks.inspect('inventory', {});
const cases = driverContract({ open: () => memory.replica() });
expectType<Exact<typeof cases, readonly ContractCase[]>>();
// @ts-expect-error the suite makes its drivers itself
driverContract({ driver });

// losses
expectType<Exact<LossCause, 'lease-deadline' | 'taken' | 'session' | 'max-hold' | 'closed'>>();
expectType<Exact<LeaseLoss['cause'], LossCause>>();
const error: unknown = undefined;
if (error instanceof LockLostError) {
  expectType<Exact<typeof error.code, 'ERR_LOCK_LOST'>>();
  expectType<Exact<typeof error.reason, LossCause>>();
  expectType<Exact<typeof error.stalled, number | undefined>>();
}
if (error instanceof LockEngineError) expectType<Exact<typeof error.code, 'ERR_LOCK_ENGINE'>>();
expectType<Exact<LockManager['driver'], LockDriver | undefined>>();
