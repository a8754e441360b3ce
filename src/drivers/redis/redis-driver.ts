/**
 * The Redis driver as its users see it. What it does is in the engine; here is the contract.
 *
 * Invariant: what is wrong with the options, or with the client, is thrown before anything connects.
 */
import type {
  DriverAttempt,
  DriverCaps,
  DriverEvent,
  DriverHealth,
  DriverState,
  LockDriver,
  PendingGrant,
} from '../driver.js';
import type { DriverClock } from '../driver-clock.js';
import { deploymentOf } from './clients/deployment-of.js';
import { openConnections } from './clients/open-connections.js';
import { stateOf } from './describe-state.js';
import { type Connect, RedisEngine } from './redis-engine.js';
import { checkRedisOptions, checkSource, type RedisDriverOptions, type RedisSettings } from './redis-options.js';

/**
 * A driver that keeps locks in Redis or Valkey.
 *
 * @example
 * const driver = redisDriver({ url: 'redis://127.0.0.1:6379' });
 * await driver.ready();
 */
export interface RedisDriver extends LockDriver {
  /**
   * Resolves when both connections work for the first time. Nothing has to wait for it: attempts do by themselves.
   *
   * @throws Error that names host and port, and why, when there is no connection within `connectTimeout` ms, or the driver is
   *   closed first.
   * @example
   * await driver.ready(); // fail at start rather than at the first request
   */
  ready(): Promise<void>;
}

const CAPS: DriverCaps = {
  ordering: 'global-fifo',
  fencing: 'clock-assisted',
  holdBound: 'lease',
  sharedInspect: true,
};

/**
 * Locks that processes share through Redis (6.2 or later) or Valkey: in turn by arrival at the server, woken by a push, with
 * leases and fencing tokens. It connects at once, with two connections of its own, and goes on trying for ever; as any client
 * does, it keeps the process alive until `close()`.
 *
 * @throws TypeError or RangeError for an option that is wrong, missing or unknown.
 * @example
 * const locks = new LockManager({ driver: redisDriver({ client: new Redis() }) });
 * await locks.run('inventory', async (hold) => update(stock, hold.fencingToken), { key: sku });
 */
export function redisDriver(options: RedisDriverOptions): RedisDriver {
  const settings = checkRedisOptions(options);
  const source = checkSource(options);
  if ('client' in source) deploymentOf(source.client);
  return createRedisDriver(settings, (how, events) => openConnections(source, how, events));
}

/** The same with connections and clocks of the caller's, and times that are not checked. */
export function createRedisDriver(settings: RedisSettings, connect: Connect, clock?: DriverClock): RedisDriver {
  return new Driver(new RedisEngine(settings, connect, clock));
}

class Driver implements RedisDriver {
  readonly kind = 'redis';
  readonly caps = CAPS;
  readonly #engine: RedisEngine;
  #closing: Promise<void> | undefined;

  constructor(engine: RedisEngine) {
    this.#engine = engine;
  }

  acquire(resource: string, attempt: DriverAttempt): PendingGrant {
    return this.#engine.acquire(resource, attempt);
  }

  async inspect(resource: string): Promise<DriverState> {
    await this.ready();
    return stateOf((await this.#engine.requests.inspect(resource)).reply);
  }

  health(): DriverHealth {
    return this.#engine.health.current();
  }

  on(listener: (event: DriverEvent) => void): () => void {
    return this.#engine.listeners.add(listener);
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => this.#engine.opening.enter(resolve, reject));
  }

  close(): Promise<void> {
    this.#closing ??= this.#engine.close();
    return this.#closing;
  }
}
