/**
 * A real server and drivers on it, as many as there are processes to play: for what the driver does from end to end.
 *
 * Invariant: what the process is warned of, and rejections that nobody handled, fail the test, whenever they come.
 */
import { Redis } from 'ioredis';
import { realProcess } from '../../../src/drivers/contract/unheard.js';
import type { DriverAttempt, DriverEvent, DriverGrant, LeaseLoss } from '../../../src/drivers/driver.js';
import { openConnections } from '../../../src/drivers/redis/clients/open-connections.js';
import { createRedisDriver, type RedisDriver } from '../../../src/drivers/redis/redis-driver.js';
import type { RedisSettings } from '../../../src/drivers/redis/redis-options.js';
import { ask, granted, type Pending } from '../../support/answered.js';
import { deferred } from '../../support/deferred.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';

/** Milliseconds. Short, so that what takes a lease is seen soon. */
export const LEASE = 1_500;

const SETTINGS: RedisSettings = {
  prefix: 'lm',
  lease: LEASE,
  handoffLease: 900,
  waiterTtl: 3_000,
  maxHold: Infinity,
  waitReplicas: undefined,
  quarantine: false,
  connectTimeout: 10_000,
};

export class Story {
  readonly events: DriverEvent[] = [];
  readonly complaints: string[] = [];
  readonly drivers: RedisDriver[] = [];
  readonly redis: Redis;
  readonly #complain = (reason: unknown): void => {
    // What the platform says of the test runner is not the driver's fault.
    if ((reason as Error | undefined)?.name !== 'ExperimentalWarning') this.complaints.push(String(reason));
  };

  private constructor(readonly server: RedisServer) {
    this.redis = new Redis({ port: server.port, host: '127.0.0.1', maxRetriesPerRequest: null });
    // It is restarted under this client, which finds it again.
    this.redis.on('error', () => {});
    realProcess().on('warning', this.#complain);
    realProcess().on('unhandledRejection', this.#complain);
  }

  static async begin(): Promise<Story> {
    return new Story(await startRedis());
  }

  async driver(settings: Partial<RedisSettings> = {}): Promise<RedisDriver> {
    const client = new Redis({ port: this.server.port, host: '127.0.0.1', lazyConnect: true });
    const driver = createRedisDriver({ ...SETTINGS, ...settings }, (how, events) =>
      openConnections({ client }, how, events),
    );
    driver.on((event) => this.events.push(event));
    this.drivers.push(driver);
    await driver.ready();
    return driver;
  }

  /** How many pushes were lost. */
  get missedWakes(): number {
    return this.events.filter(({ type }) => type === 'missed-wake').length;
  }

  /** How often each command was called by clients and scripts together. */
  async calls(): Promise<Record<string, number>> {
    const text = await this.redis.info('commandstats');
    const found = text.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm);
    return Object.fromEntries(Array.from(found, ([, name, count]) => [name, Number(count)]));
  }

  /** Keys that belong to a line of waiters, or to a hold. */
  async leftovers(): Promise<string[]> {
    const keys = await this.redis.keys('*');
    const left = keys.filter((key) => !key.endsWith(':s'));
    for (const key of keys) {
      if (key.endsWith(':s') && (await this.redis.hget(key, 'o')) !== '') left.push(`${key} is held`);
    }
    return left;
  }

  async closeDrivers(): Promise<void> {
    await Promise.all(this.drivers.splice(0).map((driver) => driver.close()));
  }

  async end(): Promise<void> {
    await this.closeDrivers();
    this.redis.disconnect();
    await this.server.stop();
    realProcess().off('warning', this.#complain);
    realProcess().off('unhandledRejection', this.#complain);
    expect(this.complaints).toEqual([]);
  }
}

/** An attempt at one lock, with what became of it. */
export class Asked {
  readonly losses: LeaseLoss[] = [];
  readonly pending: Pending;
  /** Resolves when it has a place in the queue. */
  readonly inLine: Promise<void>;

  constructor(
    driver: RedisDriver,
    resource: string,
    readonly label = '',
    more: Partial<DriverAttempt> = {},
  ) {
    const inLine = deferred();
    this.inLine = inLine.promise;
    this.pending = ask(driver, resource, {
      info: { label },
      queued: () => inLine.resolve(),
      lost: (loss) => void this.losses.push(loss),
      ...more,
    });
  }

  /** @throws Error when it is refused. */
  async granted(): Promise<DriverGrant> {
    return granted(await this.pending.answer);
  }
}

/** Lines them up behind the holder, one after the other, in turn from each driver, and notes in which order they are served. */
export async function lineUp(
  drivers: readonly RedisDriver[],
  count: number,
  served: { label: string; token: bigint }[],
): Promise<Promise<void>[]> {
  const turns: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const waiter = new Asked(drivers[i % drivers.length]!, 'stock', String(i));
    turns.push(
      waiter.granted().then(async (grant) => {
        served.push({ label: waiter.label, token: grant.fencingToken });
        await grant.release();
      }),
    );
    await waiter.inLine;
  }
  return turns;
}
