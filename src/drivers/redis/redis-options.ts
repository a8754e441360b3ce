/**
 * What the Redis driver can be told, and the checks of it.
 *
 * Invariant: bad input throws here, before anything connects, and the error names the option and the value, never a password.
 */
import { checkNoOthers, checkOptions, checkTimeout, show } from '../../options.js';

/**
 * What the types demand of a client, so that a URL, a promise of a client or its options do not compile; which clients it may be
 * is checked when the driver is made.
 *
 * @example
 * const client: RedisClientLike = new Redis({ lazyConnect: true });
 */
export interface RedisClientLike {
  /** Makes another client with the same settings. */
  duplicate(...settings: never[]): unknown;
}

/**
 * The options of {@link redisDriver}. Times in milliseconds. Exactly one of `client` and `url` must be there.
 *
 * @example
 * const options: RedisDriverOptions = { url: 'rediss://locks.internal:6380', lease: 10_000 };
 */
export interface RedisDriverOptions {
  /**
   * An ioredis (5 or 6) or node-redis (5 or 6) client, or cluster client. It is only copied: the driver makes two connections of
   * its own with its settings, and closes these and no others.
   */
  client?: RedisClientLike;
  /** `redis://` or `rediss://`, or the same with `valkey`; needs ioredis or redis to be installed. */
  url?: string;
  /** What all keys and channels begin with. Default: `'lm'`. Deployments that must not share locks differ in it. */
  prefix?: string;
  /**
   * How long a hold lasts that is not renewed: so long a lock stays held whose holder has crashed. It is renewed at a third of
   * it, for as long as it is held. From 1 000 to twelve hours; default: 15 000.
   */
  lease?: number;
  /**
   * The lease of a grant that is handed over to a waiter, until its first renewal: so long a lock is delayed by a waiter that
   * stands still when its turn comes. From 1 000 to `lease`; default: 3 000, or `lease` if that is less.
   */
  handoffLease?: number;
  /** How long a waiter keeps its place in the queue after its process was last heard of. From 1 000; default: 15 000. */
  waiterTtl?: number;
  /** The longest hold, even if it could be renewed: for bodies that hang. Default: none. */
  maxHold?: number;
  /**
   * Grants count only when so many replicas have them, within `timeout` ms: WAIT. A grant that too few have is given back, and
   * the attempt goes on. It narrows what a failover can lose, and does not close it. The connection answers nothing else
   * meanwhile. Default: none.
   */
  waitReplicas?: { readonly replicas: number; readonly timeout: number };
  /**
   * Whether nobody new is let in before the server has been up for `lease`: it may have lost its locks in a restart, and their
   * holders, who bring them back with their next renewal, come first. Whoever does not wait is refused meanwhile. Not for
   * Cluster. Default: no.
   */
  quarantine?: boolean;
  /**
   * How long an attempt waits for the very first connection before it fails. Later on attempts wait for the server as long as
   * their own timeout allows. Default: 10 000.
   */
  connectTimeout?: number;
}

/** Where the connections come from. */
export type RedisSource = { readonly client: object } | { readonly url: string };

/** The options, checked and complete. Times in milliseconds; `Infinity` for none. */
export interface RedisSettings {
  readonly prefix: string;
  readonly lease: number;
  readonly handoffLease: number;
  readonly waiterTtl: number;
  readonly maxHold: number;
  readonly waitReplicas: { readonly replicas: number; readonly timeout: number } | undefined;
  readonly quarantine: boolean;
  readonly connectTimeout: number;
}

const OPTIONS = [
  'client',
  'url',
  'prefix',
  'lease',
  'handoffLease',
  'waiterTtl',
  'maxHold',
  'waitReplicas',
  'quarantine',
  'connectTimeout',
];

const SHORTEST = 1_000;

/** The server forgets a lock that nobody has written to for half a day, and a renewal comes only once in a third of a lease. */
const LONGEST_LEASE = 12 * 3_600_000;

/**
 * How long one command may take. A renewal is sent at a third of the lease, and of the hand-off lease at first: if it gets lost,
 * there is time for another. Less would take a slow network for a dead one.
 */
export function commandTimeout({ lease, handoffLease }: Pick<RedisSettings, 'lease' | 'handoffLease'>): number {
  return Math.min(2_000, lease / 3, handoffLease / 3);
}

export function checkRedisOptions(options: RedisDriverOptions): RedisSettings {
  if (typeof options === 'string') throw new TypeError('options must be an object, such as { url }, got a string');
  checkOptions(options);
  checkNoOthers(options, OPTIONS);
  const { prefix = 'lm', lease = 15_000, waiterTtl = 15_000, maxHold = Infinity, connectTimeout = 10_000 } = options;
  checkPrefix(prefix);
  checkTime(lease, 'lease');
  if (lease > LONGEST_LEASE)
    throw new RangeError(`lease must be at most ${LONGEST_LEASE} ms (twelve hours), got ${lease}`);
  const { handoffLease = Math.min(3_000, lease), waitReplicas, quarantine = false } = options;
  checkTime(handoffLease, 'handoffLease');
  if (handoffLease > lease)
    throw new RangeError(`handoffLease must not exceed lease (${lease} ms), got ${handoffLease}`);
  checkTime(waiterTtl, 'waiterTtl');
  if (maxHold !== Infinity) checkTime(maxHold, 'maxHold');
  if (waitReplicas !== undefined) checkWaitReplicas(waitReplicas, commandTimeout({ lease, handoffLease }));
  if (typeof quarantine !== 'boolean') throw new TypeError(`quarantine must be true or false, got ${show(quarantine)}`);
  checkTimeout(connectTimeout, 'connectTimeout');
  return { prefix, lease, handoffLease, waiterTtl, maxHold, waitReplicas, quarantine, connectTimeout };
}

/** Which of the two was given. */
export function checkSource({ client, url }: RedisDriverOptions): RedisSource {
  if ((client === undefined) === (url === undefined))
    throw new TypeError(
      `exactly one of client and url must be given, got ${client === undefined ? 'neither' : 'both'}`,
    );
  if (url !== undefined) return { url: checkUrl(url) };
  if (typeof client !== 'object' || client === null)
    throw new TypeError(`client must be a Redis client, got ${showSecretly(client)}`);
  return { client };
}

/** Clients know the protocols by the name of Redis only. */
function checkUrl(url: unknown): string {
  const said = 'url must be a string that begins with redis:// or rediss://';
  if (typeof url !== 'string') throw new TypeError(`${said}, got ${show(url)}`);
  if (!/^(redis|valkey)s?:\/\//.test(url)) throw new TypeError(`${said}, got ${beginningOf(url)}`);
  if (!URL.canParse(url)) throw new TypeError('url begins well, but cannot be read as a URL');
  // What is no number makes one client fail where nobody can catch it, and another lock in database 0.
  if (!/^\/?\d*$/.test(new URL(url).pathname))
    throw new TypeError('url must end with the number of a database, or without any');
  return url.replace(/^valkey/, 'redis');
}

/** What comes later may be a password. */
function beginningOf(url: string): string {
  if (url === '') return 'an empty one';
  const [protocol] = /^[a-z][a-z\d+.-]*:\/\//i.exec(url) ?? [];
  return protocol === undefined ? 'one without a protocol' : show(protocol);
}

/** A string may be a URL, which may have a password in it. */
function showSecretly(value: unknown): string {
  return typeof value === 'string' ? 'a string' : show(value);
}

function checkPrefix(prefix: unknown): void {
  if (typeof prefix !== 'string') throw new TypeError(`prefix must be a string, got ${show(prefix)}`);
  // Braces would choose the cluster's slot in place of the lock's name.
  if (prefix === '' || /[{}]/.test(prefix))
    throw new TypeError(`prefix must be some text without braces, got ${show(prefix)}`);
}

function checkTime(time: unknown, option: string): void {
  checkTimeout(time, option);
  if (time >= SHORTEST && time !== Infinity) return;
  throw new RangeError(`${option} must be at least ${SHORTEST} ms, and finite, got ${show(time)}`);
}

function checkWaitReplicas(wanted: unknown, longest: number): void {
  checkOptions(wanted);
  checkNoOthers(wanted, ['replicas', 'timeout']);
  const { replicas, timeout } = wanted as { replicas?: unknown; timeout?: unknown };
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 1)
    throw new RangeError(`waitReplicas.replicas must be a whole number from 1, got ${show(replicas)}`);
  if (typeof timeout === 'number' && timeout >= 1 && timeout <= longest / 2) return;
  throw new RangeError(
    `waitReplicas.timeout must be from 1 to ${longest / 2} ms (half of what a command may take), got ${show(timeout)}`,
  );
}
