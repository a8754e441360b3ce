/**
 * What a request lock can be told, and what becomes of it: options are checked once, when the middleware is made, so that
 * a mistake stops the application at its start and not its first customer.
 *
 * Invariant: a `RequestLock` is complete and valid; nothing behind it looks at a raw option again.
 */
import { METHODS } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { type Lock, type LockError, type LockKey, type LockManager, locks } from '../../src/index.js';
import {
  checkBody,
  checkManager,
  checkMaxQueue,
  checkName,
  checkOneOf,
  checkTimeout,
  show,
} from '../../src/options.js';

/** How long a request waits, in milliseconds, when nothing else is said: less than most proxies wait for us. */
const DEFAULT_TIMEOUT = 30_000;

/**
 * The params of a route when nothing else is said. Name them to have them checked: `serialize<{ id: string }>(…)`. An
 * Express 5 wildcard is a `string[]`.
 *
 * @example
 * const order = (params: RouteParams) => params.id;
 */
export type RouteParams = Record<string, string>;

/**
 * The options that all request locks share. `P` are the params of the route.
 *
 * @example
 * const options: RequestLockOptions = { key: (req) => req.body.sku, methods: ['POST'], timeout: 5_000 };
 */
export interface RequestLockOptions<P = RouteParams> {
  /**
   * Which of the name's locks the request takes. What it throws, and a result that is no string or finite number, goes to
   * `next(error)`: the request does not run unlocked. Mount after whatever it reads, such as a body parser.
   */
  key?(req: Request<P>): LockKey | Promise<LockKey>;
  /** The methods that are locked; `HEAD` goes with `GET`, as it does in Express. Default: all. `OPTIONS` never is. */
  methods?: readonly string[];
  /**
   * Milliseconds a request waits at most, then it is refused. Default: the manager's, or 30 000 when it has none.
   * `mode: 'reject'` does not wait at all.
   */
  timeout?: number;
  /** Refuse when this many requests wait already. Default: the manager's. */
  maxQueue?: number;
  /** `'wait'` (default) queues in the order of arrival; `'reject'` refuses at once with 423 when somebody holds the lock. */
  mode?: 'wait' | 'reject';
  /** Lets a request pass unlocked when it returns `true`. */
  skip?(req: Request<P>, res: Response): boolean | Promise<boolean>;
  /**
   * The status of a refusal, from 400 to 599. Default: 503, or 423 with `mode: 'reject'`. A closed manager, and an engine that
   * does not answer, are always 503.
   */
  statusCode?: number;
  /** Replies to a refusal in place of the problem document. `error` names the holder: mind what you show to whom. */
  handler?(error: LockError, req: Request<P>, res: Response, next: NextFunction): unknown;
  /** Whose locks. Default: the process's. */
  manager?: LockManager;
}

/** The names of these options, for those that know more than these. */
export const REQUEST_LOCK_OPTIONS = [
  'key',
  'methods',
  'timeout',
  'maxQueue',
  'mode',
  'skip',
  'statusCode',
  'handler',
  'manager',
] as const satisfies readonly (keyof RequestLockOptions)[];

/** The same, checked and complete. */
export interface RequestLock<P = RouteParams> {
  /** What the label of a hold says after the method. */
  readonly pattern: string;
  readonly skip: ((req: Request<P>, res: Response) => boolean | Promise<boolean>) | undefined;
  readonly handler: RequestLockOptions<P>['handler'];
  readonly manager: LockManager;
  readonly timeout: number;
  readonly maxQueue: number | undefined;
  readonly statusCode: number;
  /** Whether requests of this method are locked. */
  locks(method: string): boolean;
  /** The lock of this request; a promise when its key is one. Throws or rejects when its key is none. */
  lockFor(req: Request<P>, params: object): Lock | Promise<Lock>;
}

/** What stands in for an option that was not given. */
export interface RequestLockDefaults {
  pattern?: string;
  /** Here, and only here, `undefined` is "no key". */
  key?(params: object): LockKey | undefined;
}

export function checkRequestLock<P>(
  name: string,
  options: RequestLockOptions<P>,
  { pattern = name, key: defaultKey }: RequestLockDefaults = {},
): RequestLock<P> {
  checkName(name);
  const { key, methods, maxQueue, mode = 'wait', skip, handler, manager = locks } = options;
  if (key !== undefined) checkBody(key, 'key');
  if (skip !== undefined) checkBody(skip, 'skip');
  if (handler !== undefined) checkBody(handler, 'handler');
  const { timeout = manager?.timeout ?? DEFAULT_TIMEOUT } = options;
  checkTimeout(timeout);
  if (maxQueue !== undefined) checkMaxQueue(maxQueue);
  checkOneOf(mode, ['wait', 'reject'], 'mode');
  const { statusCode = mode === 'reject' ? 423 : 503 } = options;
  checkStatusCode(statusCode);
  checkManager(manager);
  return {
    pattern,
    skip,
    handler,
    manager,
    timeout: mode === 'reject' ? 0 : timeout,
    maxQueue,
    statusCode,
    locks: methodFilter(methods),
    lockFor(req, params) {
      if (key !== undefined) {
        const value = key(req);
        return isThenable(value)
          ? Promise.resolve(value).then((settled) => manager.lock(name, settled))
          : manager.lock(name, value);
      }
      const value = defaultKey?.(params);
      return value === undefined ? manager.lock(name) : manager.lock(name, value);
    },
  };
}

/** Whether it is a promise, of whatever kind. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function checkStatusCode(statusCode: unknown): void {
  if (typeof statusCode !== 'number') throw new TypeError(`statusCode must be a number, got ${show(statusCode)}`);
  if (Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599) return;
  throw new RangeError(`statusCode must be a whole number from 400 to 599, got ${statusCode}`);
}

function methodFilter(methods: readonly string[] | undefined): (method: string) => boolean {
  if (methods === undefined) return (method) => method !== 'OPTIONS';
  if (!Array.isArray(methods)) throw new TypeError(`methods must be an array of strings, got ${show(methods)}`);
  if (methods.length === 0) throw new RangeError('methods must not be empty, got []');
  const locked = new Set(methods.map(checkMethod));
  // Express answers HEAD with the handlers of GET.
  if (locked.has('GET')) locked.add('HEAD');
  return (method) => locked.has(method);
}

function checkMethod(method: unknown): string {
  if (typeof method !== 'string') throw new TypeError(`methods must be an array of strings, got ${show(method)} in it`);
  const upper = method.toUpperCase();
  if (upper === 'OPTIONS') throw new RangeError(`methods must not have ${show(method)}: a preflight is never locked`);
  if (METHODS.includes(upper)) return upper;
  throw new RangeError(`methods must have HTTP methods only, got ${show(method)}`);
}
