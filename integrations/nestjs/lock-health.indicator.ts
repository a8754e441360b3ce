/**
 * The health of what keeps the locks, in the form that `@nestjs/terminus` asks for it: an object under a key, with a `status`.
 * It needs nothing of that package, and of the engine no more than the driver has noticed: a probe costs no request.
 *
 * Invariant: it is up exactly while attempts are answered, and never throws.
 */
import { Inject, Injectable } from '@nestjs/common';
import { type LockHealth, LockManager } from '../../src/index.js';

/**
 * What {@link LockHealthIndicator} tells, under the key that it was asked for.
 *
 * @example
 * const { locks }: LockHealthResult<'locks'> = await indicator.isHealthy('locks');
 */
export type LockHealthResult<K extends string = string> = Record<
  K,
  {
    /** `up` while the engine answers. */
    readonly status: 'up' | 'down';
    readonly backend: LockHealth['backend'];
    readonly state: LockHealth['state'];
    /** Since when it is in this state: ISO 8601. */
    readonly since: string;
    /** Where the engine is. */
    readonly address?: string;
    /** What went wrong last. */
    readonly message?: string;
  }
>;

/**
 * Whether the locks' engine answers, for a readiness probe. `LockModule` provides it for the whole application. Keep it out of
 * liveness probes: to start this process anew heals no engine.
 *
 * @example
 * check() { return this.health.check([() => this.locks.isHealthy('locks')]); } // HealthCheckService of @nestjs/terminus
 */
@Injectable()
export class LockHealthIndicator {
  constructor(@Inject(LockManager) private readonly manager: LockManager) {}

  /**
   * `up` with the engine's `address`, or `down` with the last error as `message`: while the engine has never been reached, does
   * not answer any more, or its driver is closed. Locks in this process are always up.
   *
   * @example
   * await indicator.isHealthy('locks'); // { locks: { status: 'down', backend: 'redis', state: 'degraded', since: '2031-…', … } }
   */
  async isHealthy<const K extends string = 'locks'>(key: K = 'locks' as K): Promise<LockHealthResult<K>> {
    const { backend, state, since, address, error } = this.manager.health();
    const result = {
      status: state === 'ready' ? 'up' : 'down',
      backend,
      state,
      since: new Date(since).toISOString(),
      ...(address !== undefined && { address }),
      ...(error !== undefined && { message: error.message }),
    };
    return { [key]: result } as LockHealthResult<K>;
  }
}
