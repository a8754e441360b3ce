/**
 * The requests to the scripts, typed, timed and told of: the only place from which they are sent.
 *
 * Invariant: the time of sending is read before anything is sent, for leases are counted from it.
 */
import type { BackendOperation } from '../../backend-stats.js';
import { type DriverClock, type Instant, instant } from '../driver-clock.js';
import type { RedisConnections } from './connection.js';
import { asError } from './failures.js';
import { type LockKeys, lockKeys } from './keys.js';
import type {
  AcquireReply,
  AcquireRequest,
  InspectReply,
  ReleaseReply,
  RenewReply,
  RenewRequest,
  ScriptSettings,
  TendReply,
  TendRequest,
} from './protocol.js';
import {
  acquireScript,
  inspectScript,
  type LockScript,
  releaseScript,
  renewScript,
  tendScript,
} from './scripts/index.js';

/** How many locks' keys are kept for the next request. */
const KNOWN_KEYS = 1_000;

/** A reply, and when its request was sent. */
export interface Answered<Reply> {
  readonly reply: Reply;
  readonly sent: Instant;
  /** By which connection, or by a later one. */
  readonly epoch: number;
}

/** An answer of the replicas. */
export interface Replicated {
  readonly count: number;
  /** The connection whose writes they were asked for; `undefined` when that is not known. */
  readonly epoch: number | undefined;
}

/** Hears how each request went. */
export interface RequestLog {
  /** `error` is `undefined` when it went well. */
  ended(operation: BackendOperation, duration: number, error: Error | undefined): void;
}

export class Requests {
  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: string,
    private readonly settings: ScriptSettings,
    private readonly clock: DriverClock,
    private readonly log: RequestLog,
  ) {}

  private readonly keys = new Map<string, LockKeys>();

  acquire(resource: string, request: AcquireRequest): Promise<Answered<AcquireReply>> {
    return this.ask('acquire', acquireScript, resource, request);
  }

  release(resource: string, id: string): Promise<Answered<ReleaseReply>> {
    return this.ask('release', releaseScript, resource, id);
  }

  renew(resource: string, request: RenewRequest): Promise<Answered<RenewReply>> {
    return this.ask('renew', renewScript, resource, request);
  }

  tend(resource: string, request: TendRequest): Promise<Answered<TendReply>> {
    return this.ask('watch', tendScript, resource, request);
  }

  inspect(resource: string): Promise<Answered<InspectReply>> {
    return this.ask('watch', inspectScript, resource, undefined);
  }

  /** How many replicas have what the connection wrote; as many as were wanted at once, or as there are after `timeout` ms. */
  async replicated(resource: string, replicas: number, timeout: number): Promise<Replicated> {
    const args = [String(replicas), String(Math.round(timeout))];
    const { epoch } = this.connections;
    const count = Number(await this.connections.commandAt(this.keysOf(resource).state, 'WAIT', args));
    // While there was no connection it waited for the next one.
    return { count, epoch: epoch === this.connections.epoch ? epoch : undefined };
  }

  /** Making them costs as much as a request's way through the client; those in use are known. */
  private keysOf(resource: string): LockKeys {
    let keys = this.keys.get(resource);
    if (keys === undefined) {
      if (this.keys.size === KNOWN_KEYS) this.keys.clear();
      keys = lockKeys(this.prefix, resource);
      this.keys.set(resource, keys);
    }
    return keys;
  }

  private async ask<Request, Reply>(
    operation: BackendOperation,
    script: LockScript<Request, Reply>,
    resource: string,
    request: Request,
  ): Promise<Answered<Reply>> {
    const sent = instant(this.clock);
    const { epoch } = this.connections;
    try {
      const { all } = this.keysOf(resource);
      const reply = await this.connections.run(script, all, script.encode(resource, request, this.settings));
      this.log.ended(operation, this.clock.monotonic() - sent.monotonic, undefined);
      return { reply: script.decode(reply, request), sent, epoch };
    } catch (reason) {
      const error = asError(reason);
      this.log.ended(operation, this.clock.monotonic() - sent.monotonic, error);
      throw error;
    }
  }
}
