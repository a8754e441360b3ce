/**
 * Links by node-redis (5, 6) to one server.
 *
 * Invariant: of the user's settings, those that say where and as whom to connect are kept, and those that would change what
 * is sent, what comes back and when, are not: a prefix for keys, a queue for when it is offline, retries, timeouts, types.
 */
import { setMaxListeners } from 'node:events';
import { plainError } from './failures.js';
import type { Deployment, Link, LinkEvents, OpenLink } from './link.js';

/** What is used of a client. */
export interface NodeRedisClient {
  readonly options?: NodeRedisOptions | undefined;
  readonly isReady: boolean;
  duplicate(override: object): NodeRedisClient;
  connect(): Promise<unknown>;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: (text: string) => void): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  destroy(): unknown;
}

export interface NodeRedisOptions {
  readonly url?: string | undefined;
  readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string } | undefined;
}

/** What a link needs to be one: it comes back as a new one, and it answers in one form. */
export const ONE_LIFE = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: undefined,
  commandOptions: { timeout: undefined, typeMapping: undefined, asap: undefined, abortSignal: undefined },
  pingInterval: undefined,
  clientSideCache: undefined,
  emitInvalidate: undefined,
  readonly: undefined,
  keyPrefix: undefined,
  maintNotifications: 'disabled',
};

export function nodeRedisDeployment(client: NodeRedisClient): Deployment {
  const open: OpenLink = (events) => new NodeRedisLink(client, events);
  return { address: addressOf(client.options), cluster: false, commands: open, listening: open };
}

export function addressOf(options: NodeRedisOptions | undefined): string {
  const socket = options?.socket;
  if (socket?.path !== undefined) return socket.path;
  if (socket?.host !== undefined || options?.url === undefined)
    return `${socket?.host ?? 'localhost'}:${socket?.port ?? 6379}`;
  const { hostname, port, pathname } = new URL(options.url);
  return hostname === '' ? pathname : `${hostname}:${port || 6379}`;
}

/** Ends connections in the making as well, which the client cannot. There is a listener for each, to a dead node many. */
export function endOfSockets(): AbortController {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  return end;
}

export class NodeRedisLink implements Link {
  readonly #client: NodeRedisClient;
  readonly #sockets = endOfSockets();

  constructor(template: NodeRedisClient, events: LinkEvents) {
    const socket = {
      ...template.options?.socket,
      reconnectStrategy: false,
      socketTimeout: undefined,
      signal: this.#sockets.signal,
    };
    this.#client = template.duplicate({ ...ONE_LIFE, socket });
    const gone = (thrown: unknown): void => events.gone(plainError(thrown));
    this.#client.on('error', gone);
    this.#client.on('ready', () => events.up());
    this.#client.connect().catch(gone);
  }

  send(args: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }

  subscribe(channel: string, hear: (text: string) => void): Promise<unknown> {
    return this.#client.subscribe(channel, hear);
  }

  end(): void {
    this.#sockets.abort();
    try {
      this.#client.destroy();
    } catch {
      // It says so when there is nothing left to end.
    }
  }
}
