/**
 * Connections under test, with all that they told, in order.
 *
 * Invariant: they are closed when the test is over, by `using`.
 */
import { createHash } from 'node:crypto';
import { unheardDuring } from '../../../src/drivers/contract/unheard.js';
import { openConnections, type RedisSource } from '../../../src/drivers/redis/clients/open-connections.js';
import type { RedisConnections, RedisScript } from '../../../src/drivers/redis/connection.js';
import { until } from '../../support/until.js';

export const CHANNEL = 'lm:wake:ü-1';

/** Echoes its arguments, with one of each kind of reply around them. */
export const ECHO = script('echo', "return {KEYS[1], ARGV[1], #ARGV[1], false, {redis.status_reply('OK'), {}}, 2^40}");

export function script(name: string, source: string): RedisScript {
  return { name, source, sha1: createHash('sha1').update(source).digest('hex') };
}

export class Recorder {
  /** `ready`, `answering`, `lost commands`, `lost channel`. */
  readonly told: string[] = [];
  readonly errors: Error[] = [];
  readonly messages: string[] = [];
  connections!: RedisConnections;
  /** Called when commands are answered again. */
  onWorking: () => void = () => {};

  static async open(source: RedisSource, commandTimeout = 10_000): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.connections = await openConnections(source, { channel: CHANNEL, commandTimeout }, recorder.#events);
    return recorder;
  }

  /** Resolves when it was told so often that all works. */
  ready(times = 1): Promise<void> {
    return until(() => this.times('ready') >= times, `ready ${times} times`);
  }

  /** Resolves when so many messages were heard. */
  hears(messages: number): Promise<void> {
    return until(() => this.messages.length >= messages, `${messages} messages`);
  }

  /** Resolves when so many connections were lost. */
  loses(connections: number): Promise<void> {
    return until(() => this.lost().length >= connections, `${connections} lost`);
  }

  lost(): string[] {
    return this.told.filter((each) => each.startsWith('lost'));
  }

  times(what: string): number {
    return this.told.filter((each) => each === what).length;
  }

  readonly #events = {
    ready: () => {
      this.told.push('ready');
      this.onWorking();
    },
    answering: () => {
      this.told.push('answering');
      this.onWorking();
    },
    lost: (error: Error, commands: boolean) => {
      this.told.push(commands ? 'lost commands' : 'lost channel');
      this.errors.push(error);
    },
    message: (text: string) => void this.messages.push(text),
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connections.close();
  }
}

/** A test during which the process must not complain: no warning, and no rejection that nobody handles. */
export function unheard(body: () => Promise<void>): () => Promise<void> {
  return async () => expect(await unheardDuring(body)).toEqual([]);
}
