/**
 * Every order in which a request, its client and its connection can end, as a table. In each row one request is inside and one
 * waits behind it; whatever happens to the first, two are never inside, the second has its turn, each hold is released once,
 * the counters say what happened, and nothing of the lock is left on a response or a socket.
 */
import { Readable } from 'node:stream';
import type { ErrorRequestHandler } from 'express';
import type { Outcome } from 'lockmeter';
import type { SerializeOptions } from 'lockmeter/express';
import { until } from '../support/until.js';
import type { RequestHead } from './raw-client.js';
import { type FirstHandler, Scene } from './scene.js';

interface Row {
  readonly options?: SerializeOptions;
  readonly head?: RequestHead;
  readonly handler?: FirstHandler;
  readonly onError?: ErrorRequestHandler;
  /** What happens while the first is inside. Default: it is let out. */
  readonly act?: (scene: Scene) => Promise<void> | void;
  /** How often each outcome was counted. Default: both got the lock. */
  readonly outcomes?: Partial<Record<Outcome, number>>;
  /** Holds that were ended because their client had left: its handler, for all anybody knows, is inside still. */
  readonly abandoned?: number;
  /** Who came in, in order. */
  readonly entered?: readonly string[];
  /** What is true when all is over. */
  readonly after?: (scene: Scene) => Promise<void> | void;
}

/** More than any buffer on its way takes. */
const LARGE = Buffer.alloc(16 * 1_024 * 1_024, 'x');

const UPGRADE: RequestHead = { headers: ['Connection: Upgrade', 'Upgrade: websocket'] };

const answer: FirstHandler = (scene, res) => scene.leave('first').then(() => res.end('first'));
const neverEnds: FirstHandler = () => undefined;
const fails: FirstHandler = (scene, _res, next) => scene.leave('first').then(() => next(new Error('broken')));
const failsInTheMiddle: FirstHandler = (scene, res, next) => {
  res.write('begun');
  return fails(scene, res, next);
};
/** An endless source, piped: `pipe()` does not end the response when its reader has gone. */
const pipes: FirstHandler = (_scene, res) => {
  new Readable({
    read() {
      this.push('more');
    },
  }).pipe(res);
};

const letFirstOut = (scene: Scene): void => scene.letOut('first');

/** The client goes, the server notices, and only then does the handler end. */
const leaves = (how: (scene: Scene) => void) => async (scene: Scene) => {
  how(scene);
  await scene.knowsThatFirstLeft();
  expect([scene.lock.locked(), scene.lock.queueDepth, scene.entered.length]).toEqual([true, 1, 1]);
  scene.letOut('first');
};
const closes = (scene: Scene): void => void scene.first.socket.destroy();
const resets = (scene: Scene): void => void scene.first.socket.resetAndDestroy();
const saysItHasNoMore = (scene: Scene): void => void scene.first.socket.end();

const reads = (text: string) => (scene: Scene) =>
  until(() => scene.first.received.includes(text), `the first reads ${text}`);

const ROWS: Record<string, Row> = {
  'normal, the connection closes': { head: { headers: ['Connection: close'] }, after: reads('first') },
  'normal, the connection is used again': {
    async act(scene) {
      scene.letOut('first');
      await scene.first.answers(200);
      scene.first.send('/third');
      await until(() => scene.lock.queueDepth === 1, 'the third waits behind the second');
    },
    outcomes: { acquired: 3 },
    entered: ['first', 'second', 'third'],
    after: (scene) => scene.first.answers(200, 2),
  },
  'HTTP/1.0': { head: { version: '1.0' }, after: reads('first') },
  'throws before the headers': { handler: fails, after: reads('500 Internal Server Error') },
  'throws after the headers: Express cuts the connection, which looks like a client that left': {
    handler: failsInTheMiddle,
    options: { disconnectGrace: 10 },
    abandoned: 1,
  },
  'throws after the headers, and an error handler destroys the response': {
    handler: failsInTheMiddle,
    onError: (_error, _req, res, _next) => void res.destroy(),
  },
  'never ends, the client stays': {
    handler: neverEnds,
    options: { timeout: 20, onDisconnect: 'release' },
    async act(scene) {
      await scene.second.answers(503);
      expect(scene.lock.locked()).toBe(true);
      scene.first.socket.destroy();
    },
    outcomes: { acquired: 1, timeout: 1 },
    abandoned: 1,
    entered: ['first'],
  },
  'never ends, the client leaves: released after the grace period': {
    handler: neverEnds,
    options: { disconnectGrace: 10 },
    act: closes,
    abandoned: 1,
  },
  'never ends, the client leaves, onDisconnect is release': {
    handler: neverEnds,
    options: { onDisconnect: 'release' },
    act: closes,
    abandoned: 1,
  },
  streaming: {
    handler(scene, res) {
      res.write('some, ');
      return scene.leave('first').then(() => res.end('all'));
    },
    async act(scene) {
      await reads('some, ')(scene);
      expect(scene.entered).toEqual(['first']);
      scene.letOut('first');
    },
    after: reads('all'),
  },
  'streaming, the client leaves in the middle': {
    handler(scene, res) {
      res.write('some, ');
      return scene.leave('first').then(() => {
        res.write('more, ');
        res.end('all');
      });
    },
    act: leaves(closes),
  },
  'pipe(), the client leaves in the middle: nobody ends the response': {
    handler: pipes,
    options: { disconnectGrace: 10 },
    act: closes,
    abandoned: 1,
  },
  'res.destroy()': { handler: (scene, res) => scene.leave('first').then(() => void res.destroy()) },
  'the client closes while holding': { act: leaves(closes) },
  'the client resets while holding': { act: leaves(resets) },
  'the client half-closes while holding, which Node takes for leaving': { act: leaves(saysItHasNoMore) },
  'the client leaves while waiting': {
    async act(scene) {
      scene.second.socket.destroy();
      await until(() => scene.lock.queueDepth === 0, 'the second has left the queue');
      expect(scene.lock.locked()).toBe(true);
      scene.letOut('first');
    },
    outcomes: { acquired: 1, aborted: 1 },
    entered: ['first'],
  },
  'the wait is too long': {
    options: { timeout: 10 },
    async act(scene) {
      await scene.second.answers(503);
      scene.letOut('first');
    },
    outcomes: { acquired: 1, timeout: 1 },
    entered: ['first'],
  },
  'a slow reader: the lock is free before the bytes have left': {
    handler: (scene, res) => scene.leave('first').then(() => res.end(LARGE)),
    async act(scene) {
      scene.first.socket.pause();
      scene.letOut('first');
      await until(() => scene.entered.length === 2, 'the second is inside');
      expect(scene.responses.get('first')!.writableFinished).toBe(false);
      scene.first.socket.resume();
    },
    after: (scene) => until(() => scene.first.received.length > LARGE.length, 'all has arrived'),
  },
  'pipelined: the next request of the connection waits for its turn like any other': {
    async act(scene) {
      scene.first.send('/third');
      await until(() => scene.lock.queueDepth === 2, 'the third waits too');
      scene.letOut('first');
    },
    outcomes: { acquired: 3 },
    entered: ['first', 'second', 'third'],
    after: (scene) => scene.first.answers(200, 2),
  },
  'pipelined, the client leaves: the one inside stays, the one that waits does not': {
    async act(scene) {
      scene.first.send('/third');
      await until(() => scene.lock.queueDepth === 2, 'the third waits too');
      await leaves(closes)(scene);
    },
    outcomes: { acquired: 2, aborted: 1 },
  },
  'an upgrade that nobody takes is a request like any other': {
    head: UPGRADE,
    after: reads('first'),
  },
};

test.each(Object.entries(ROWS))('%s', async (_order, row) => {
  const { handler = answer, options = {}, head = {}, onError, act = letFirstOut, abandoned = 0, after } = row;
  const { outcomes = { acquired: 2 }, entered = ['first', 'second'] } = row;
  const scene = new Scene();
  await scene.open(handler, options, head, onError);
  await act(scene);
  if (entered.includes('second')) {
    await until(() => scene.entered.includes('second'), 'the second is inside');
    scene.letOut('second');
    await scene.second.answers(200);
  }
  await until(() => scene.entered.length === entered.length, 'all have come in');
  await after?.(scene);
  await scene.leavesNothing();
  expect(scene.entered).toEqual(entered);
  expect(scene.outcomes()).toEqual(outcomes);
  expect(scene.numbers().abandoned).toBe(abandoned);
  // A handler that never ends is inside for ever, and was given up on when the second came in: the price of a bounded hold.
  const givenUpOn = (handler === neverEnds || handler === pipes) && entered.includes('second');
  expect(scene.peak).toBe(givenUpOn ? 2 : 1);
});

test('an upgrade that the server takes never comes to Express, and takes no lock', async () => {
  const scene = new Scene();
  await scene.listen(answer, {});
  scene.server.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  const client = scene.connect();
  client.send('/first', UPGRADE);
  await client.answers(101);
  await until(() => client.closed, 'the connection is closed');
  expect(scene.entered).toEqual([]);
  expect(scene.outcomes()).toEqual({});
});
