/**
 * Links by ioredis (5, 6, and libraries of its shape) to one server, or to the primary that Sentinels name.
 *
 * Invariant: of the user's settings, those that say where and as whom to connect are kept, and those that would change what
 * is sent, what comes back and when, are not: a prefix for keys, a queue for when it is offline, retries, timeouts.
 */
import { plainError } from './failures.js';
import type { Deployment, Link, LinkEvents, OpenLink } from './link.js';

/** What is used of a client. */
export interface IoredisClient {
  readonly options: IoredisOptions;
  readonly stream?: Corkable | undefined;
  duplicate(override: object): IoredisClient;
  connect(): Promise<unknown>;
  call(name: string, args: readonly string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  disconnect(): void;
}

interface IoredisOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly db?: number | undefined;
  readonly sentinels?: readonly { readonly host?: string; readonly port?: number }[] | null;
}

interface Corkable {
  readonly writable: boolean;
  cork(): void;
  uncork(): void;
  destroy(): void;
}

/** What a link needs to be one: it comes back as a new one, and it answers in one form. */
export const ONE_LIFE = {
  lazyConnect: true,
  retryStrategy: null,
  reconnectOnError: null,
  autoResubscribe: false,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  enableReadyCheck: true,
  keyPrefix: '',
  commandTimeout: undefined,
  disconnectTimeout: 0,
  socketTimeout: undefined,
  blockingTimeout: undefined,
  maxRetriesPerRequest: null,
  monitor: false,
  readOnly: false,
  stringNumbers: false,
  showFriendlyErrorStack: false,
  replyMapping: 'legacy',
  scripts: undefined,
  himportFieldsets: undefined,
};

export function ioredisDeployment(client: IoredisClient): Deployment {
  const open: OpenLink = (events) => new IoredisLink(client.duplicate(ONE_LIFE), events);
  const { options } = client;
  return { address: addressOf(options), cluster: false, database: options.db, commands: open, listening: open };
}

export function addressOf(options: IoredisOptions): string {
  const { host, port, path } =
    options.sentinels?.[0] === undefined ? options : { ...options.sentinels[0], path: undefined };
  return path ?? `${host ?? 'localhost'}:${port ?? 6379}`;
}

export class IoredisLink implements Link {
  readonly #client: IoredisClient;
  #corked = false;

  constructor(client: IoredisClient, events: LinkEvents) {
    this.#client = client;
    let lastError: Error | undefined;
    client.on('error', (error: Error) => {
      lastError = plainError(error);
    });
    client.on('ready', () => events.up());
    client.on('end', () => events.gone(lastError ?? new Error('the connection was closed')));
    client.connect().catch(() => {});
  }

  send(args: readonly string[]): Promise<unknown> {
    const reply = this.#client.call(args[0]!, args.slice(1));
    this.#writeTogether();
    return reply;
  }

  subscribe(channel: string, hear: (text: string) => void): Promise<unknown> {
    this.#client.on('message', (_channel: string, text: string) => hear(text));
    return this.#client.subscribe(channel);
  }

  /** `disconnect()` waits for the server to hang up; one that hangs would keep the process alive. */
  end(): void {
    const { stream } = this.#client;
    this.#client.disconnect();
    stream?.destroy();
  }

  /** The first command of a tick leaves at once, the others in one write together; the client would write each by itself. */
  #writeTogether(): void {
    const { stream } = this.#client;
    if (this.#corked || stream?.writable !== true) return;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}
