/**
 * The proxy that the fault tests cut cables with: each thing that it claims to do to a connection, seen from both ends.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TcpProxy } from '../../../examples/soak-redis/network/tcp-proxy.js';
import { until } from '../../support/until.js';

/** A server that answers each chunk with itself, and remembers its connections and what they said. */
let server: Server;
let proxy: TcpProxy;
let served: Wire[];
let clients: Socket[];

/** One end of a connection. */
class Wire {
  heard = '';
  error: NodeJS.ErrnoException | undefined;
  closed = false;
  ended = false;

  constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.heard += text;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.closed = true;
    });
  }
}

beforeEach(async () => {
  served = [];
  clients = [];
  server = createServer((socket) => {
    served.push(new Wire(socket));
    socket.on('data', (text) => socket.write(text));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.open((server.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of clients) socket.destroy();
  await proxy.close();
  for (const { socket } of served) socket.destroy();
  server.close();
  await once(server, 'close');
});

/** A connection through the proxy, once both of its halves are there. */
async function join(): Promise<Wire> {
  const before = served.length;
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  const wire = new Wire(socket);
  await until(() => served.length > before, 'the server to be reached');
  return wire;
}

async function talk(wire: Wire, text: string): Promise<void> {
  const { heard } = wire;
  wire.socket.write(text);
  await until(() => wire.heard === heard + text, `the echo of ${text}`);
}

test('passes both directions on, and a goodbye', async () => {
  const wire = await join();
  await talk(wire, 'one');
  await talk(wire, 'two');
  expect(proxy.connections).toBe(1);
  wire.socket.end();
  await until(() => served[0]!.ended && wire.closed, 'the end');
  await until(() => proxy.connections === 0, 'the proxy to forget the connection');
});

test('cut: both ends are reset; the next connection goes through', async () => {
  const wire = await join();
  await talk(wire, 'one');
  proxy.cut();
  await until(() => wire.closed && served[0]!.closed, 'both ends to be closed');
  expect([wire.error?.code, served[0]!.error?.code]).toEqual(['ECONNRESET', 'ECONNRESET']);
  await talk(await join(), 'two');
});

test('cut: only the connections that said something certain', async () => {
  const [commands, subscriber] = [await join(), await join()];
  await talk(commands, 'PING');
  await talk(subscriber, 'SUBSCRIBE');
  proxy.cut((said) => said.includes('SUBSCRIBE'));
  await until(() => subscriber.closed, 'the subscriber to be cut');
  await talk(commands, 'PING');
});

test('refuse: also the new ones, until it is healed', async () => {
  const wire = await join();
  proxy.refuse();
  await until(() => wire.closed, 'the connection to be cut');
  const refused = new Wire(connect(proxy.port, '127.0.0.1'));
  await until(() => refused.closed, 'the new one to be cut');
  expect(served).toHaveLength(1);
  proxy.heal();
  await talk(await join(), 'again');
});

test('blackhole: nothing passes, nobody is told, and all arrives in order when it is over', async () => {
  const wire = await join();
  await talk(wire, 'before ');
  proxy.blackhole();
  wire.socket.write('one ');
  served[0]!.socket.write('two ');
  // Somebody else's round trip shows that there was time enough.
  const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(other);
  const direct = new Wire(other);
  await talk(direct, 'past the proxy');
  expect([served[0]!.heard, wire.heard, wire.closed]).toEqual(['before ', 'before ', false]);
  proxy.heal();
  await until(() => wire.heard === 'before two one ', 'what was kept');
});

test('half-open: the server sees the end, the client sees nothing until it is healed', async () => {
  const wire = await join();
  await talk(wire, 'before');
  proxy.halfOpen();
  await until(() => served[0]!.closed, "the server's end to be closed");
  wire.socket.write('into the void');
  await talk(await join(), 'a new one goes through');
  expect([wire.heard, wire.closed, served[0]!.heard]).toEqual(['before', false, 'before']);
  proxy.heal();
  await until(() => wire.closed, 'the client to find out');
  expect(wire.error?.code).toBe('ECONNRESET');
});

test('slow: each direction takes the delay, and what is sent in order arrives in order', async () => {
  const wire = await join();
  proxy.slow(40, 40);
  const start = performance.now();
  const texts = Array.from({ length: 20 }, (_, number) => `${number} `);
  for (const text of texts) {
    wire.socket.write(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => wire.heard === texts.join(''), 'all of it');
  expect(performance.now() - start).toBeGreaterThan(40);
  proxy.heal();
  await talk(wire, 'fast again');
});

test('a lost reply: the server has done what was asked, the client hears nothing but a reset', async () => {
  const wire = await join();
  await talk(wire, 'first');
  const lost = proxy.loseReply((request) => request.includes('acquire'));
  await talk(wire, 'renew');
  wire.socket.write('acquire');
  await lost;
  await until(() => wire.closed, 'the client to be cut');
  expect(served[0]!.heard).toBe('firstrenewacquire');
  expect(wire.heard).toBe('firstrenew');
  const again = await join();
  await talk(again, 'acquire');
});
