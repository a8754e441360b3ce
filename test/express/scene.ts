/**
 * One request inside and one waiting, and whatever happens to the one inside: the scene of the event-order tests. It notes
 * how many were ever inside at once, and looks at the end whether anything was left behind.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import express, { type ErrorRequestHandler, type NextFunction, type Response } from 'express';
import { type Lock, type LockManager, type LockSnapshot, type Outcome } from 'lockmeter';
import { type SerializeOptions, serialize } from 'lockmeter/express';
import { deferred } from '../support/deferred.js';
import { isolatedManager, numbersOf } from '../support/isolated.js';
import { until } from '../support/until.js';
import { RawClient, type RequestHead } from './raw-client.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** What the handler of the first request does, once it is inside. */
export type FirstHandler = (scene: Scene, res: Response, next: NextFunction) => unknown;

/** Listeners for 'close', without that of Node's own, which stays when a connection dies before its answer was sent. */
const closeListeners = (emitter: Socket | Response): number =>
  emitter.listeners('close').filter(({ name }) => name !== 'onServerResponseClose').length;

export class Scene {
  readonly manager: LockManager = isolatedManager();
  readonly lock: Lock = this.manager.lock('pay');
  /** The most that were inside at once. */
  peak = 0;
  readonly entered: string[] = [];
  readonly responses = new Map<string, Response>();
  first!: RawClient;
  second!: RawClient;
  server!: Server;
  private inside = 0;
  private readonly exits = { first: deferred(), second: deferred() };
  private readonly listenedTo: { emitter: Socket | Response; before: number }[] = [];

  /** The first request is inside, the second waits. */
  async open(
    handler: FirstHandler,
    options: SerializeOptions,
    head: RequestHead,
    onError?: ErrorRequestHandler,
  ): Promise<void> {
    await this.listen(handler, options, onError);
    this.first = this.connect();
    this.first.send('/first', head);
    await until(() => this.entered.length === 1, 'the first is inside');
    this.second = this.connect();
    this.second.send('/second');
    // Or has waited already: there are waits that end soon.
    await until(() => this.lock.queueDepth + this.numbers().outcomes.timeout === 1, 'the second waits');
  }

  async listen(handler: FirstHandler, options: SerializeOptions, onError?: ErrorRequestHandler): Promise<void> {
    const app = express();
    app.use((req, res, next) => {
      this.responses.set(req.path.slice(1), res);
      this.watch(res);
      next();
    });
    app.use(serialize('pay', { manager: this.manager, disconnectGrace: Infinity, ...options }));
    app.get('/first', (_req, res, next) => {
      this.enter('first');
      void handler(this, res, next);
    });
    app.get('/second', (_req, res) => {
      this.enter('second');
      void this.leave('second').then(() => res.end('second'));
    });
    app.get('/third', (_req, res) => {
      this.enter('third');
      this.inside--;
      res.end('third');
    });
    if (onError !== undefined) app.use(onError);
    this.server = createServer(app);
    this.server.on('connection', (socket) => this.watch(socket));
    servers.push(this.server);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  connect(): RawClient {
    return new RawClient((this.server.address() as AddressInfo).port);
  }

  /** Resolves when the test lets this one out; it is not inside any more then. */
  async leave(who: 'first' | 'second'): Promise<void> {
    await this.exits[who].promise;
    this.inside--;
  }

  letOut(who: 'first' | 'second'): void {
    this.exits[who].resolve();
  }

  /** Resolves when the server knows that the client of the first is gone. */
  async knowsThatFirstLeft(): Promise<void> {
    const res = this.responses.get('first')!;
    await until(() => res.closed, 'the response of the first has closed');
  }

  numbers(): LockSnapshot {
    return numbersOf(this.manager, 'pay');
  }

  outcomes(): Partial<Record<Outcome, number>> {
    return Object.fromEntries(Object.entries(this.numbers().outcomes).filter(([, count]) => count > 0));
  }

  /** Resolves when nobody holds, nobody waits and no listener of ours is left; fails when that does not come. */
  async leavesNothing(): Promise<void> {
    await until(() => !this.lock.locked(), 'the lock is free');
    await until(
      () => this.listenedTo.every(({ emitter, before }) => closeListeners(emitter) <= before),
      'no listener is left on a socket or a response',
    );
    for (const res of this.responses.values()) {
      const { end, destroy } = Object.getPrototypeOf(res) as Response;
      expect([res.end === end, res.destroy === destroy]).toEqual([true, true]);
    }
    expect(this.lock.queueDepth).toBe(0);
    expect(this.numbers()).toMatchObject({ held: 0, queueDepth: 0 });
    expect(this.numbers().hold.count).toBe(this.numbers().outcomes.acquired);
  }

  private enter(who: string): void {
    this.entered.push(who);
    this.inside++;
    this.peak = Math.max(this.peak, this.inside);
  }

  private watch(emitter: Socket | Response): void {
    this.listenedTo.push({ emitter, before: closeListeners(emitter) });
  }
}
