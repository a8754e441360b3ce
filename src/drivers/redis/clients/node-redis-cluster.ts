/**
 * Links by node-redis (5, 6) to a Redis Cluster.
 *
 * Invariants: a connection to a node that is lost makes the link shaken, and the next link looks at the cluster afresh,
 * beginning with any node that is known; it connects to a node only when there is something to send to it, so a node that
 * is down keeps nobody from the others.
 */
import { plainError } from './failures.js';
import { hashSlot } from './hash-slot.js';
import type { Deployment, Link, LinkEvents } from './link.js';
import { NoLink } from './no-link.js';
import {
  addressOf,
  endOfSockets,
  type NodeRedisClient,
  NodeRedisLink,
  type NodeRedisOptions,
  ONE_LIFE,
} from './node-redis.js';

/** What is used of a cluster. */
export interface NodeRedisCluster {
  readonly _options: { readonly rootNodes: readonly NodeRedisOptions[]; readonly defaults?: NodeRedisOptions };
  readonly masters: readonly ClusterNode[];
  readonly slots: readonly ({ readonly master: ClusterNode } | undefined)[];
  duplicate(override: object): NodeRedisCluster;
  connect(): Promise<unknown>;
  nodeClient(node: ClusterNode): NodeRedisClient | Promise<NodeRedisClient>;
  sendCommand(key: string, readonly: boolean, args: readonly string[]): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  destroy(): unknown;
}

interface ClusterNode {
  readonly host: string;
  readonly port: number;
  readonly client?: NodeRedisClient | undefined;
}

export function nodeRedisClusterDeployment(cluster: NodeRedisCluster): Deployment {
  const { rootNodes } = cluster._options;
  let latest: NodeRedisCluster | undefined;
  return {
    address: addressOf(rootNodes[0]),
    cluster: true,
    commands: (events) => {
      const link = new NodeRedisClusterLink(cluster, latest?.masters ?? [], events);
      latest = link.cluster;
      return link;
    },
    listening: (events) => {
      const node = latest?.masters.find(({ client }) => client?.isReady === true);
      if (node?.client === undefined) return new NoLink('no node of the cluster is connected', events);
      return new NodeRedisLink(node.client, events);
    },
  };
}

class NodeRedisClusterLink implements Link {
  readonly cluster: NodeRedisCluster;
  readonly #sockets = endOfSockets();

  constructor(template: NodeRedisCluster, known: readonly ClusterNode[], events: LinkEvents) {
    const { rootNodes, defaults } = template._options;
    const socket = {
      ...defaults?.socket,
      reconnectStrategy: false,
      socketTimeout: undefined,
      signal: this.#sockets.signal,
    };
    this.cluster = template.duplicate({
      ...ONE_LIFE,
      rootNodes: [...rootNodes, ...known.map(({ host, port }) => ({ socket: { host, port } }))],
      defaults: { ...defaults, ...ONE_LIFE, socket },
      minimizeConnections: true,
      useReplicas: false,
    });
    let lastError: Error | undefined;
    this.cluster.on('error', (error: Error) => {
      lastError = plainError(error);
    });
    this.cluster.on('node-error', (thrown: Error) => {
      const error = plainError(thrown);
      if (this.cluster.masters.some(({ client }) => client?.isReady)) events.shaken(error);
      else events.gone(error);
    });
    this.cluster.connect().then(
      () => events.up(),
      (error) => events.gone(lastError ?? plainError(error)),
    );
  }

  /** The library routes what has a key among its arguments; for anything else it may have ideas of its own. */
  async send(args: readonly string[], key?: string): Promise<unknown> {
    if (key !== undefined && args.includes(key)) return this.cluster.sendCommand(key, false, args);
    const node = key === undefined ? this.#anyNode() : this.cluster.slots[hashSlot(key)]?.master;
    if (node === undefined) throw new Error('no node of the cluster is known for this command');
    const client = await this.cluster.nodeClient(node);
    return client.sendCommand(args);
  }

  subscribe(): Promise<unknown> {
    return Promise.reject(new Error('a cluster is listened to by a connection to one of its nodes'));
  }

  end(): void {
    this.#sockets.abort();
    try {
      this.cluster.destroy();
    } catch {
      // Some versions say so when there is nothing left to end.
    }
  }

  #anyNode(): ClusterNode | undefined {
    const { masters } = this.cluster;
    return (
      masters.find(({ client }) => client?.isReady === true) ?? masters[Math.floor(Math.random() * masters.length)]
    );
  }
}
