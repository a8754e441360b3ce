/**
 * The engine of the driver without a server: a test sees each request, answers it when and as it wants, and moves the clock. The
 * order of everything that can race is the test's.
 */
import type {
  DriverAttempt,
  DriverEvent,
  DriverGrant,
  DriverRefusal,
  LeaseLoss,
  QueuePlace,
} from '../../../src/drivers/driver.js';
import type {
  RedisConnectionEvents,
  RedisConnections,
  RedisReply,
  RedisScript,
} from '../../../src/drivers/redis/connection.js';
import { createRedisDriver, type RedisDriver } from '../../../src/drivers/redis/redis-driver.js';
import type { RedisSettings } from '../../../src/drivers/redis/redis-options.js';
import { clock } from '../../support/controlled-clock.js';
import { passTime } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';

/** What the server's clock shows more than the process's. */
const SERVER_AHEAD = 1_000_000;

const SETTINGS: RedisSettings = {
  prefix: 'lm',
  lease: 15_000,
  handoffLease: 3_000,
  waiterTtl: 15_000,
  maxHold: Infinity,
  waitReplicas: undefined,
  quarantine: false,
  connectTimeout: 10_000,
};

/** A request on its way. */
export interface Call {
  /** The script's name, or the command's. */
  readonly name: string;
  readonly args: readonly string[];
  answer(reply: RedisReply): Promise<void>;
  fail(message: string): Promise<void>;
}

/** A holder as the scripts tell of it. */
export function ownerReply(id: string, token: number, leaseEnd: number, acquiredAt: number): RedisReply {
  return [id, String(token), leaseEnd, acquiredAt, '{"label":"other"}'];
}

export class Stage implements RedisConnections {
  readonly address = '10.0.0.1:6379';
  readonly cluster = false;
  epoch = 1;
  /** Those that are not answered yet, the oldest first. */
  readonly calls: Call[] = [];
  readonly heard: DriverEvent[] = [];
  /** What the wall clock shows more than the monotonic one. */
  wallAhead = 0;
  closed = false;
  events!: RedisConnectionEvents;
  readonly driver: RedisDriver;

  constructor(settings: Partial<RedisSettings> = {}) {
    const connect = (_: unknown, events: RedisConnectionEvents): RedisConnections => {
      this.events = events;
      return this;
    };
    const clocks = { monotonic: () => clock.time, wall: () => clock.time + this.wallAhead };
    this.driver = createRedisDriver({ ...SETTINGS, ...settings }, connect, clocks);
    this.driver.on((event) => this.heard.push(event));
  }

  /** One that is connected, and has been told what the server is. */
  static async ready(settings: Partial<RedisSettings> = {}): Promise<Stage> {
    const stage = new Stage(settings);
    await turn();
    stage.events.ready();
    await stage.next('INFO').answer('maxmemory:0\r\n');
    return stage;
  }

  /** The server's time, in milliseconds. */
  get serverTime(): number {
    return clock.time + SERVER_AHEAD;
  }

  get names(): string[] {
    return this.calls.map(({ name }) => name);
  }

  /** Takes the oldest request out, which must be a `name`. */
  next(name: string): Call {
    const call = this.calls.shift();
    if (call?.name !== name) throw new Error(`expected ${name}, got ${[call?.name, ...this.names].join(', ')}`);
    return call;
  }

  /** Lets time pass, and whatever comes of it. */
  async pass(ms: number): Promise<void> {
    passTime(ms);
    await turn();
  }

  /** Nothing runs for so long: the clock goes on, timers do not. */
  stall(ms: number): void {
    clock.time += ms;
  }

  attempt(options: Partial<DriverAttempt> = {}): Attempt {
    return new Attempt(this, options);
  }

  /** A hold, granted at once for `lease` ms. */
  async hold(options: Partial<DriverAttempt> = {}, lease = 15_000): Promise<Attempt> {
    const attempt = this.attempt(options);
    await this.next('acquire').answer(['granted', this.serverTime, '7', this.serverTime + lease]);
    return attempt;
  }

  /** A waiter behind somebody else, whose lease has `left` ms. */
  async waiter(left = 15_000, options: Partial<DriverAttempt> = {}): Promise<Attempt> {
    const attempt = this.attempt(options);
    const owner = ownerReply('other-1', 5, this.serverTime + left, this.serverTime);
    const call = this.next('acquire');
    await call.answer(['queued', this.serverTime, 0, owner, String(this.serverTime * 1_000)]);
    attempt.id = call.args[1]!;
    return attempt;
  }

  /** The push that hands the lock over. */
  async wake(id: string, { token = 9, lease = 3_000, sentAt = this.serverTime } = {}): Promise<void> {
    this.events.message(`${id} ${token} ${sentAt + lease} ${sentAt} stock`);
    await turn();
  }

  /** The answer to a sign of life. */
  tended(owner: RedisReply = null): RedisReply {
    return [this.serverTime, 0, owner];
  }

  run(script: RedisScript, _keys: readonly string[], args: readonly string[]): Promise<RedisReply> {
    return this.command(script.name, args);
  }

  command(name: string, args: readonly string[]): Promise<RedisReply> {
    return new Promise((resolve, reject) => {
      const answer = (reply: RedisReply): Promise<void> => {
        resolve(reply);
        return turn();
      };
      const fail = (message: string): Promise<void> => {
        reject(new Error(message));
        return turn();
      };
      this.calls.push({ name, args, answer, fail });
    });
  }

  commandAt(_key: string, name: string, args: readonly string[]): Promise<RedisReply> {
    return this.command(name, args);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** An attempt, and all it was told. */
export class Attempt implements DriverAttempt {
  readonly wait: boolean;
  readonly maxQueue: number | undefined;
  readonly info: DriverAttempt['info'];
  readonly places: QueuePlace[] = [];
  readonly losses: LeaseLoss[] = [];
  readonly renewals: string[] = [];
  id = '';
  grant: DriverGrant | undefined;
  refusal: DriverRefusal | undefined;
  error: Error | undefined;
  answers = 0;
  readonly cancel: () => void;

  constructor(stage: Stage, { wait = true, maxQueue, info = {} }: Partial<DriverAttempt>) {
    this.wait = wait;
    this.maxQueue = maxQueue;
    this.info = info;
    const pending = stage.driver.acquire('stock', this);
    this.cancel = () => pending.cancel();
  }

  granted(grant: DriverGrant): void {
    this.answers++;
    this.grant = grant;
  }

  refused(refusal: DriverRefusal): void {
    this.answers++;
    this.refusal = refusal;
  }

  failed(error: Error): void {
    this.answers++;
    this.error = error;
  }

  queued(place: QueuePlace): void {
    this.places.push(place);
  }

  lost(loss: LeaseLoss): void {
    this.losses.push(loss);
  }

  renewed(result: string): void {
    this.renewals.push(result);
  }
}
