/**
 * What all attempts, lines and grants of one driver share, and what happens to all of them together: a connection lost and
 * found again, a message, the end.
 *
 * Invariant: when the connection is back, those who hold are heard first, then those who wait, then those who leave and those who
 * come: the server may have forgotten, and whoever comes first must not get what is held.
 */
import type { BackendOperation } from '../../backend-stats.js';
import { Agenda } from '../agenda.js';
import type { DriverAttempt, PendingGrant } from '../driver.js';
import { type DriverClock, systemClock } from '../driver-clock.js';
import { DriverListeners } from '../driver-listeners.js';
import { EngineHealth } from '../engine-health.js';
import { quietly } from '../quiet.js';
import type { RedisConnectionEvents, RedisConnectionOptions, RedisConnections } from './connection.js';
import { warnOfEviction } from './eviction-warning.js';
import { asError, mayPass } from './failures.js';
import { Farewells } from './farewells.js';
import { wakeChannel } from './keys.js';
import { Lines } from './lines.js';
import { Opening } from './opening.js';
import { ProcessIdentity } from './process-identity.js';
import { Quarantine } from './quarantine.js';
import { RedisAttempt } from './redis-attempt.js';
import type { RedisGrant } from './redis-grant.js';
import { commandTimeout, type RedisSettings } from './redis-options.js';
import { Replicas } from './replicas.js';
import { type RequestLog, Requests } from './requests.js';
import { decodeWake } from './scripts/index.js';

/** Makes the connections. */
export type Connect = (
  options: RedisConnectionOptions,
  events: RedisConnectionEvents,
) => RedisConnections | Promise<RedisConnections>;

export class RedisEngine implements RequestLog, RedisConnectionEvents {
  readonly identity = new ProcessIdentity();
  readonly listeners = new DriverListeners();
  readonly agenda: Agenda;
  readonly health: EngineHealth;
  readonly opening: Opening;
  readonly lines = new Lines(this);
  readonly farewells = new Farewells(this);
  /** Those on their way, by id. */
  readonly attempts = new Map<string, RedisAttempt>();
  /** Those that are held, by id. */
  readonly held = new Map<string, RedisGrant>();
  requests!: Requests;
  replicas: Replicas | undefined;
  closed = false;
  /** Whether the wake-up channel is heard. */
  hearing = false;
  private usable = false;
  private connections: RedisConnections | undefined;
  private readonly connecting: Promise<void>;
  private readonly quarantine: Quarantine | undefined;
  private unanswered = 0;
  private whenAnswered: (() => void) | undefined;

  constructor(
    readonly settings: RedisSettings,
    connect: Connect,
    readonly clock: DriverClock = systemClock,
  ) {
    const { lease, connectTimeout, quarantine } = settings;
    this.agenda = new Agenda(clock);
    this.health = new EngineHealth(clock, this.listeners);
    this.opening = new Opening(this.agenda, clock, connectTimeout, (late) => this.whyClosed(late));
    this.quarantine = quarantine ? new Quarantine(clock, lease) : undefined;
    this.connecting = this.agenda.inBackground(() => quietly(() => this.connect(connect)));
  }

  /** Whether a request may arrive. The nodes of a cluster are not lost all at once. */
  get reachable(): boolean {
    return this.usable || (this.connections?.cluster === true && this.opening.done && !this.closed);
  }

  unreachable(): Error {
    return this.health.lastError ?? new Error(`there is no connection to Redis at ${this.health.address}`);
  }

  /** When newcomers may ask, on the monotonic clock; `Infinity` while that is not known. */
  admittedAt(): number {
    return this.reachable ? (this.quarantine?.until ?? 0) : Infinity;
  }

  acquire(resource: string, attempt: DriverAttempt): PendingGrant {
    const pending = new RedisAttempt(this, resource, attempt);
    // Whoever asks has no answer before this returns.
    if (this.closed) queueMicrotask(() => pending.close());
    else {
      this.attempts.set(pending.id, pending);
      if (this.opening.done) pending.ask();
      else
        this.opening.enter(
          () => pending.ask(),
          (error) => queueMicrotask(() => pending.fail(error)),
        );
    }
    return pending;
  }

  /** Both connections work. */
  ready(): void {
    if (this.closed) return;
    this.hearing = true;
    this.agenda.inBackground(() => {
      if (!this.opening.done) this.begin();
      this.recover();
    });
    // Last: whoever is told may ask at once.
    this.assess();
  }

  /** Commands are answered, and nothing is heard yet. The very first attempts wait until it is. */
  answering(): void {
    if (!this.closed && this.opening.done) this.agenda.inBackground(() => this.recover());
  }

  lost(error: Error, commands: boolean): void {
    if (commands) this.usable = false;
    else this.hearing = false;
    this.health.becomeDegraded(error);
    this.opening.look();
    if (!commands) this.agenda.inBackground(() => this.lines.plan());
  }

  message(text: string): void {
    const wake = decodeWake(text);
    if (wake === undefined) return;
    const attempt = this.attempts.get(wake.id);
    if (attempt === undefined) this.disown(wake.resource, wake.id);
    else attempt.woken(wake);
  }

  /** The server believes that `id` holds. If it is an id of ours that nobody here knows any more, that is a mistake. */
  disown(resource: string, id: string): void {
    if (!this.identity.owns(id) || this.attempts.has(id) || this.held.has(id) || this.closed) return;
    void quietly(() => this.farewells.say(resource, id, this.clock.monotonic() + this.settings.lease));
  }

  missedWake(resource: string): void {
    this.listeners.tell({ type: 'missed-wake', resource });
  }

  ended(operation: BackendOperation, duration: number, error: Error | undefined): void {
    if (this.listeners.any) {
      const result = error === undefined ? 'ok' : 'error';
      this.listeners.tell({ type: 'trip', operation, result, duration });
    }
    if (error !== undefined) this.health.becomeDegraded(error);
    else this.assess();
  }

  /** Something went well, or replicas were counted: is all well? */
  assess(): void {
    if (!this.usable || !this.hearing) return;
    const lack = this.replicas?.lack;
    if (lack === undefined) this.health.becomeReady();
    else this.health.becomeDegraded(lack);
  }

  /** One question more is on its way, or one less. */
  asking(change: 1 | -1): void {
    this.unanswered += change;
    if (this.unanswered === 0) this.whenAnswered?.();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const attempt of this.attempts.values()) attempt.close();
    for (const grant of this.held.values()) grant.close();
    this.opening.fail(new Error('the driver is closed'));
    if (this.unanswered > 0) {
      await new Promise<void>((resolve) => {
        this.whenAnswered = resolve;
      });
    }
    await this.farewells.rest();
    this.agenda.clear();
    this.health.close();
    await this.connecting;
    await this.connections?.close();
  }

  /** The first connection. */
  private begin(): void {
    this.usable = true;
    this.opening.open();
    void quietly(() => warnOfEviction(this.connections!));
  }

  private recover(): void {
    this.usable = true;
    for (const grant of this.held.values()) grant.resume();
    this.lines.tend();
    this.farewells.repeat();
    if (this.quarantine === undefined) this.admit();
    else void this.quarantine.begin(this.connections!, () => this.admit());
  }

  private admit(): void {
    for (const attempt of this.attempts.values()) attempt.ask();
  }

  private async connect(connect: Connect): Promise<void> {
    const { settings, identity, clock } = this;
    const channel = wakeChannel(settings.prefix, identity.id);
    try {
      const connections = await connect({ channel, commandTimeout: commandTimeout(settings) }, this);
      const { prefix, handoffLease, waiterTtl, waitReplicas } = settings;
      if (connections.cluster && this.quarantine !== undefined) {
        void connections.close();
        throw new TypeError('quarantine must be off for a cluster, whose nodes start at different times');
      }
      const told = { channel, handoffLease, waiterTtl, countsReceivers: !connections.cluster };
      this.connections = connections;
      this.health.address = connections.address;
      this.requests = new Requests(connections, prefix, told, clock, this);
      if (waitReplicas !== undefined) {
        const { replicas, timeout } = waitReplicas;
        this.replicas = new Replicas(this, replicas, timeout, !connections.cluster);
      }
    } catch (reason) {
      this.health.becomeDegraded(asError(reason));
      this.opening.fail(asError(reason));
    }
  }

  /** Why whoever asks before the first connection is not let in, if it is `late`, or if waiting will not help. */
  private whyClosed(late: boolean): Error | undefined {
    const { address, lastError } = this.health;
    if (!late && (lastError === undefined || mayPass(lastError))) return undefined;
    const when = late ? ` within ${this.settings.connectTimeout} ms` : '';
    const why = lastError === undefined ? '' : `: ${lastError.message}`;
    return new Error(`no connection to Redis at ${address}${when}${why}`, { cause: lastError });
  }
}
