/**
 * Requests that are pipelined: several on one connection, of which only the first has the socket for its answer. What the
 * others wait for must hear all the same that the client left.
 */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import express, { type Express } from 'express';
import { type Lock, LockManager, StatsRegistry } from 'lockmeter';
import { serialize } from 'lockmeter/express';
import { until } from '../support/until.js';
import { Room } from './room.js';

let app: Express;
let manager: LockManager;
let lock: Lock;
let room: Room;
let server: Server;
const clients: Socket[] = [];

beforeEach(() => {
  app = express();
  manager = new LockManager({ stats: new StatsRegistry() });
  lock = manager.lock('pay');
  room = new Room();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.close();
  server.closeAllConnections();
});

const numbers = () => manager.stats.for('pay');

/** Both ends of one connection, and what listened to the server's end before there was a request. */
interface Connection {
  client: Socket;
  socket: Socket;
  before: number;
}

/** Without that of Node's own, which stays when the connection dies before the answer has been sent. */
const closeListeners = (socket: Socket): number =>
  socket.listeners('close').filter(({ name }) => name !== 'onServerResponseClose').length;

/** Opens a connection that sends these requests at once. It reads nothing until it is told to. */
async function pipeline(paths: string[]): Promise<Connection> {
  server = createServer(app);
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  client.on('error', () => undefined);
  clients.push(client);
  const socket = await connected;
  const before = closeListeners(socket);
  client.write(paths.map((path) => `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n`).join(''));
  return { client, socket, before };
}

/** More than any buffer on its way takes, so that `pipe()` waits for a reader. */
function large(): Readable {
  const chunk = Buffer.alloc(64 * 1_024);
  let chunks = 0;
  return new Readable({
    read() {
      this.push(chunks++ < 1_000 ? chunk : null);
    },
  });
}

test('a client that leaves takes all its waiters out of the queue; their handlers never run', async () => {
  app.post('/pay', serialize('pay', { manager }), room.visit);
  const { client } = await pipeline(['/pay?who=a', '/pay?who=b', '/pay?who=c']);
  await until(() => room.has('a') && lock.queueDepth === 2);
  client.destroy();
  await until(() => lock.queueDepth === 0);
  expect(numbers().outcomes.aborted).toBe(2);
  expect(lock.locked()).toBe(true);

  room.letOut('a');
  await until(() => !lock.locked());
  await new Promise((resolve) => setImmediate(resolve));
  expect(room.entered).toEqual(['a']);
  expect(numbers().outcomes).toMatchObject({ acquired: 1, aborted: 2 });
});

describe('a pipelined request whose response is piped to a client that does not read and then leaves', () => {
  test.each([
    ['behind one that is answered', '/quick'],
    ['behind one that is not', '/endless'],
  ])('%s: the lock is free after the grace period', async (_place, ahead) => {
    let source: Readable | undefined;
    app.post('/quick', (_req, res) => void res.end());
    app.post('/endless', () => undefined);
    app.post('/pay', serialize('pay', { manager, disconnectGrace: 50 }), (_req, res) => {
      source = large();
      source.pipe(res);
    });
    const { client } = await pipeline([ahead, '/pay']);
    await until(() => source?.isPaused() === true, 'the pipe waits for a reader');
    expect(lock.locked()).toBe(true);
    client.destroy();
    await until(() => !lock.locked(), 'the lock is free');
    // The hold is counted before the promise of its end resumes.
    await until(() => numbers().forcedReleases.abandoned === 1, 'it is counted');
    expect(numbers().hold.count).toBe(1);
    expect(source!.readableEnded).toBe(false);
    source!.destroy();
  });
});

test('a paused connection hears nobody leave; the server’s timeout is what ends it', async () => {
  app.post('/endless', () => undefined);
  app.post('/pay', serialize('pay', { manager, disconnectGrace: 0 }), (_req, res) => {
    large().pipe(res);
  });
  const { client, socket } = await pipeline(['/endless', '/pay']);
  await until(() => lock.locked(), 'the request is inside');
  // Node stops to read from a connection that owes its client too much.
  client.write('POST /pay HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n');
  await until(() => socket.isPaused(), 'the connection is paused');
  client.destroy();
  await new Promise<void>((resolve) => client.once('close', () => resolve()));
  expect([socket.destroyed, lock.locked()]).toEqual([false, true]);
  // As `server.timeout` would have set it when the connection was made.
  socket.setTimeout(10);
  await until(() => !lock.locked(), 'the lock is free');
  expect(socket.destroyed).toBe(true);
});

describe('30 requests on one connection', () => {
  const VISITORS = Array.from({ length: 30 }, (_, i) => `v${i}`);
  const warned = (socket: Socket): boolean =>
    socket.eventNames().some((name) => socket.listenerCount(name) > socket.getMaxListeners());

  /** Everybody has come, and all but the first wait. */
  async function everybodyWaits(): Promise<Connection> {
    app.post('/pay', serialize('pay', { manager }), room.visit);
    const connection = await pipeline(VISITORS.map((who) => `/pay?who=${who}`));
    await until(() => lock.queueDepth === VISITORS.length - 1);
    // What would make Node say MaxListenersExceededWarning.
    expect(warned(connection.socket)).toBe(false);
    return connection;
  }

  test('give no warning, and leave no listener when they have ended', async () => {
    const { client, socket, before } = await everybodyWaits();
    let answers = '';
    client.setEncoding('utf8').on('data', (data: string) => {
      answers += data;
    });
    client.resume();
    for (const who of VISITORS) {
      await until(() => room.has(who));
      expect(warned(socket)).toBe(false);
      room.letOut(who);
    }
    await until(() => answers.includes('"who":"v29"'), 'the last answer');
    expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(VISITORS.length);
    expect(room.entered).toEqual(VISITORS);
    expect(socket.destroyed).toBe(false);
    await until(() => closeListeners(socket) === before, 'no listener of ours is left');
    expect(lock.locked()).toBe(false);
  });

  test('leave no listener either when the client leaves them all', async () => {
    const { client, socket, before } = await everybodyWaits();
    client.destroy();
    await until(() => lock.queueDepth === 0);
    room.letOut('v0');
    await until(() => !lock.locked());
    await until(() => closeListeners(socket) === before, 'no listener of ours is left');
    expect(numbers().outcomes).toMatchObject({ acquired: 1, aborted: 29 });
  });
});
