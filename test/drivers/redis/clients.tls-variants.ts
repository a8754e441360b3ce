/** The client libraries, each told to use TLS as a user would. */
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5';
import { createClient, createCluster } from 'redis';
import { createClient as createClient5, createCluster as createCluster5 } from 'redis5';

/** Whom to trust, and what to show. In PEM form. */
export interface Secured {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface TlsVariant {
  readonly name: string;
  /** Of one node. */
  readonly cluster: boolean;
  /** A client that does not connect by itself. */
  make(port: number, secured: Secured, password?: string): unknown;
}

function url(port: number, password?: string): string {
  return `rediss://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;
}

export const TLS_VARIANTS: readonly TlsVariant[] = [
  ...[
    { name: 'ioredis 6', Client: Redis },
    { name: 'ioredis 5', Client: Redis5 as unknown as typeof Redis },
  ].flatMap(({ name, Client }) => [
    {
      name,
      cluster: false,
      make: (port: number, tls: Secured, password?: string) =>
        new Client({ host: '127.0.0.1', port, tls: { ...tls }, password, lazyConnect: true }),
    },
    {
      name: `${name}, by URL`,
      cluster: false,
      make: (port: number, tls: Secured, password?: string) =>
        new Client(url(port, password), { tls: { ...tls }, lazyConnect: true }),
    },
  ]),
  ...[
    { name: 'node-redis 6', create: createClient },
    { name: 'node-redis 5', create: createClient5 as unknown as typeof createClient },
  ].flatMap(({ name, create }) => [
    {
      name,
      cluster: false,
      make: (port: number, tls: Secured, password?: string) =>
        create({ socket: { host: '127.0.0.1', port, tls: true, ...tls }, password }),
    },
    {
      name: `${name}, by URL`,
      cluster: false,
      make: (port: number, tls: Secured, password?: string) =>
        create({ url: url(port, password), socket: { tls: true, ...tls } }),
    },
  ]),
  ...[
    { name: 'Cluster of ioredis 6', ClusterClient: Cluster },
    { name: 'Cluster of ioredis 5', ClusterClient: Cluster5 as unknown as typeof Cluster },
  ].map(({ name, ClusterClient }) => ({
    name,
    cluster: true,
    make: (port: number, tls: Secured, password?: string) =>
      new ClusterClient([{ host: '127.0.0.1', port }], {
        lazyConnect: true,
        redisOptions: { tls: { ...tls }, password },
      }),
  })),
  ...[
    { name: 'Cluster of node-redis 6', create: createCluster },
    { name: 'Cluster of node-redis 5', create: createCluster5 as unknown as typeof createCluster },
  ].map(({ name, create }) => ({
    name,
    cluster: true,
    make: (port: number, tls: Secured, password?: string) =>
      create({ rootNodes: [{ url: url(port) }], defaults: { password, socket: { tls: true, ...tls } } }),
  })),
];
