/**
 * The scripts on a real Redis with nothing between: processes are ids and channels, and the server's clock is the test's.
 *
 * Invariant: time passes only when the test says so. The scripts differ from those that are published in their call of TIME
 * alone, which reads a key instead; that it is there to be replaced is checked.
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import type { RedisScript } from '../../../src/drivers/redis/connection.js';
import { lockKeys, wakeChannel } from '../../../src/drivers/redis/keys.js';
import type { OwnerReply, ScriptSettings, WaiterRecord, WakeMessage } from '../../../src/drivers/redis/protocol.js';
import {
  acquireScript,
  decodeWake,
  inspectScript,
  type LockScript,
  releaseScript,
  renewScript,
  tendScript,
} from '../../../src/drivers/redis/scripts/index.js';
import { startRedis } from '../../support/redis-server.js';

const TIME = "redis.call('TIME')";
const TEST_TIME = `(function()
  local us = redis.call('GET', 'test-clock')
  return { string.sub(us, 1, -7), string.format('%d', string.sub(us, -6)) }
end)()`;

/** Milliseconds: where the clock starts. */
export const START = 1_800_000_000_000;
export const LEASE = 15_000;
export const HANDOFF_LEASE = 3_000;
export const WAITER_TTL = 12_000;
export const LOCK = 'stock';

/** A script whose time is that of the test. */
function timed(script: RedisScript): RedisScript {
  const parts = script.source.split(TIME);
  if (parts.length !== 2) throw new Error(`${script.name} reads the time ${parts.length - 1} times`);
  const source = parts.join(TEST_TIME);
  return { name: script.name, source, sha1: createHash('sha1').update(source).digest('hex') };
}

/** A Redis with the scripts on it. */
export class ScriptStage {
  readonly keys = lockKeys('lm', LOCK);
  private us = START * 1_000;
  private readonly scripts = new Map<RedisScript, RedisScript>();
  private readonly processes: ScriptProcess[] = [];

  private constructor(
    readonly redis: Redis,
    private readonly port: number,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(): Promise<ScriptStage> {
    const server = await startRedis();
    const stage = new ScriptStage(new Redis(server.port), server.port, () => server.stop());
    await stage.reset();
    return stage;
  }

  /** The server's clock in milliseconds. */
  get now(): number {
    return Math.floor(this.us / 1_000);
  }

  /** The next token or ticket, unless the clock was set back. */
  get nowUs(): number {
    return this.us;
  }

  /** Lets time pass, or sets the clock back. */
  async pass(ms: number): Promise<void> {
    this.us += Math.round(ms * 1_000);
    await this.redis.set('test-clock', this.us);
  }

  /** An empty server, and the clock at the start. */
  async reset(): Promise<void> {
    this.us = START * 1_000;
    await this.forget();
    for (const process of this.processes) process.wakes.length = 0;
  }

  /** The server loses everything it knew. */
  async forget(): Promise<void> {
    await this.redis.multi().flushall().set('test-clock', this.us).exec();
  }

  /** What is left of the lock. */
  async left(): Promise<string[]> {
    return (await this.redis.keys('lm*')).sort();
  }

  async run<Request, Reply>(
    script: LockScript<Request, Reply>,
    request: Request,
    settings: ScriptSettings,
    resource = LOCK,
  ): Promise<Reply> {
    let known = this.scripts.get(script);
    if (known === undefined) {
      known = timed(script);
      this.scripts.set(script, known);
    }
    const args = [...lockKeys('lm', resource).all, ...script.encode(resource, request, settings)];
    return script.decode((await this.redis.eval(known.source, 3, ...args)) as string, request);
  }

  /** A process that listens to its channel. */
  async process(name: string, countsReceivers = true): Promise<ScriptProcess> {
    const ears = new Redis(this.port);
    const process = new ScriptProcess(this, name, ears, countsReceivers);
    ears.on('message', (_channel: string, text: string) => process.wakes.push(decodeWake(text)!));
    await process.hear();
    this.processes.push(process);
    return process;
  }

  async close(): Promise<void> {
    for (const { ears } of this.processes) ears.disconnect();
    this.redis.disconnect();
    await this.stop();
  }
}

/** One process, as the scripts know it. */
export class ScriptProcess {
  readonly settings: ScriptSettings;
  /** The wake-ups it was sent. */
  readonly wakes: WakeMessage[] = [];

  constructor(
    readonly stage: ScriptStage,
    readonly name: string,
    readonly ears: Redis,
    countsReceivers: boolean,
  ) {
    const lengths = { handoffLease: HANDOFF_LEASE, waiterTtl: WAITER_TTL };
    this.settings = { channel: wakeChannel('lm', name), ...lengths, countsReceivers };
  }

  /** What it says of an attempt. */
  record(id: string): WaiterRecord {
    return { id, lease: LEASE, info: `{"label":"${id}"}` };
  }

  acquire(id: string, options: { wait?: boolean; maxQueue?: number; lease?: number } = {}) {
    const request = { ...this.record(id), wait: true, maxQueue: -1, ...options };
    return this.stage.run(acquireScript, request, this.settings);
  }

  release(id: string) {
    return this.stage.run(releaseScript, id, this.settings);
  }

  renew(id: string, token: number, info = this.record(id).info) {
    return this.stage.run(renewScript, { id, token, lease: LEASE, info }, this.settings);
  }

  tend(tickets: Readonly<Record<string, number>>, knownOwner?: OwnerReply) {
    const waiters = Object.entries(tickets).map(([id, ticket]) => ({ ...this.record(id), ticket }));
    return this.stage.run(tendScript, { waiters, knownOwner }, this.settings);
  }

  inspect() {
    return this.stage.run(inspectScript, undefined, this.settings);
  }

  /** Loses its connection, as a killed process does. */
  async deaf(): Promise<void> {
    await this.ears.unsubscribe(this.settings.channel);
  }

  async hear(): Promise<void> {
    await this.ears.subscribe(this.settings.channel);
  }

  /** What it has been woken with so far: a message that was sent before has arrived when this one answers. */
  async heard(): Promise<string[]> {
    await this.ears.ping();
    return this.wakes.map(({ id }) => id);
  }
}
