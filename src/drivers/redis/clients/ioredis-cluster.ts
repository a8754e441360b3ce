/**
 * Links by ioredis (5, 6, and libraries of its shape) to a Redis Cluster.
 *
 * Invariants: a connection to a node that is lost makes the link shaken, and the next link looks at the cluster afresh; and
 * nothing is tried again behind our back for long, for a request that comes late may be one that was taken back meanwhile.
 */

import { plainError } from './failures.js';
import { addressOf, type IoredisClient, IoredisLink, ONE_LIFE as ONE_NODE_LIFE } from './ioredis.js';
import type { Deployment, Link, LinkEvents } from './link.js';
import { NoLink } from './no-link.js';

/** What is used of a cluster. */
export interface IoredisCluster {
  readonly startupNodes: readonly unknown[];
  readonly options: { readonly redisOptions?: object };
  nodes(role: 'master' | 'all'): IoredisClient[];
  duplicate(startupNodes: readonly unknown[], override: object): IoredisCluster;
  connect(): Promise<unknown>;
  call(name: string, args: readonly string[]): Promise<unknown>;
  pipeline(commands: readonly (readonly string[])[]): {
    exec(): Promise<[error: Error | null, reply: unknown][] | null>;
  };
  on(event: string, listener: (...args: never[]) => void): unknown;
  disconnect(): void;
}

const ONE_LIFE = {
  lazyConnect: true,
  clusterRetryStrategy: null,
  clusterNodeRetryStrategy: null,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  shardedSubscribers: false,
  scaleReads: 'master',
  keyPrefix: '',
  scripts: undefined,
  himportFieldsets: undefined,
};

export function ioredisClusterDeployment(cluster: IoredisCluster): Deployment {
  let latest: IoredisCluster | undefined;
  return {
    address: addressOfNode(cluster.startupNodes[0]),
    cluster: true,
    commands: (events) => {
      latest = cluster.duplicate([], {
        ...ONE_LIFE,
        redisOptions: { ...cluster.options.redisOptions, ...ONE_NODE_LIFE },
      });
      return new IoredisClusterLink(latest, events);
    },
    listening: (events) => {
      const nodes = latest?.nodes('master') ?? [];
      const node = nodes[Math.floor(Math.random() * nodes.length)];
      if (node === undefined) return new NoLink('no node of the cluster is known', events);
      return new IoredisLink(node.duplicate(ONE_NODE_LIFE), events);
    },
  };
}

/** A node is a port, a URL or an object. */
function addressOfNode(node: unknown): string {
  if (typeof node === 'number') return addressOf({ port: node });
  if (typeof node !== 'string') return addressOf(Object(node));
  const { hostname, port } = new URL(node.includes('://') ? node : `redis://${node}`);
  return addressOf({ host: hostname, port: Number(port || 6379) });
}

/** What the client says when it asked a node for the slots, in vain, and has thrown away what went wrong with that. */
const NO_REASON = 'Connection is closed.';

class IoredisClusterLink implements Link {
  readonly #cluster: IoredisCluster;
  #inquiry: Link | undefined;
  #ended = false;

  constructor(cluster: IoredisCluster, events: LinkEvents) {
    this.#cluster = cluster;
    let lastError: Error | undefined;
    let node: IoredisClient | undefined;
    const failed = (error: Error & { readonly lastNodeError?: Error }): void => {
      lastError = plainError(error.lastNodeError ?? error);
    };
    const reason = (): Error => lastError ?? new Error('a connection was closed');
    cluster.on('error', failed);
    cluster.on('node error', failed);
    cluster.on('+node', (known: IoredisClient) => {
      node = known;
    });
    cluster.on('ready', () => events.up());
    cluster.on('-node', () => events.shaken(reason()));
    cluster.on('end', () => {
      if (this.#ended || node === undefined || lastError?.message !== NO_REASON) events.gone(reason());
      else this.#ask(node, (error) => events.gone(error ?? reason()));
    });
    cluster.connect().catch(() => {});
  }

  /** The client finds a key that is among the arguments; a pipeline goes where its keys are, the others in it as well. */
  async send(args: readonly string[], key?: string): Promise<unknown> {
    if (key === undefined || args.includes(key)) return this.#cluster.call(args[0]!, args.slice(1));
    const replies = await this.#cluster
      .pipeline([
        ['exists', key],
        ['call', ...args],
      ])
      .exec();
    const [error, reply] = replies?.[1] ?? [new Error('the pipeline was not sent'), undefined];
    if (error !== null) throw error;
    return reply;
  }

  subscribe(): Promise<unknown> {
    return Promise.reject(new Error('a cluster is listened to by a connection to one of its nodes'));
  }

  end(): void {
    this.#ended = true;
    this.#inquiry?.end();
    const streams = this.#cluster.nodes('all').map(({ stream }) => stream);
    this.#cluster.disconnect();
    for (const stream of streams) stream?.destroy();
  }

  /** What is wrong with a node is found out by a connection of our own; `undefined` for nothing, by now. */
  #ask(node: IoredisClient, told: (error: Error | undefined) => void): void {
    const inquiry = new IoredisLink(node.duplicate(ONE_NODE_LIFE), {
      up: () => {
        inquiry.end();
        told(undefined);
      },
      shaken: () => {},
      gone: told,
    });
    this.#inquiry = inquiry;
  }
}
