/**
 * The clients: connections that are kept alive, each with one request under way and a path of its own. They write bytes that
 * were made beforehand and read no more of an answer than where it ends, for a client that costs as much as the server would
 * be measured with it.
 *
 * Invariant: every request was answered with 2xx; anything else is an error and no sample.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What is sent, and by how many. */
export interface Load {
  port: number;
  connections: number;
  /** All connections together. */
  requests: number;
}

/**
 * Sends the requests and resolves to the milliseconds that they took.
 *
 * @throws Error when a connection is lost or an answer is not 2xx.
 * @example
 * const elapsed = await load({ port, connections: 20, requests: 4_000 });
 */
export async function load({ port, connections, requests }: Load): Promise<number> {
  const clients = await Promise.all(Array.from({ length: connections }, () => open(port)));
  let left = requests;
  const more = (): boolean => left-- > 0;
  const start = performance.now();
  try {
    await Promise.all(clients.map((socket, i) => converse(socket, checkoutOf(i), more)));
    return performance.now() - start;
  } finally {
    for (const socket of clients) socket.destroy();
  }
}

function checkoutOf(cart: number): Buffer {
  return Buffer.from(`POST /carts/${cart}/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket.setEncoding('latin1');
}

/** One request after the other as long as there are more. */
function converse(socket: Socket, request: Buffer, more: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const next = (): void => {
      if (more()) socket.write(request);
      else resolve();
    };
    socket.on('data', (text: string) => {
      answer += text;
      if (!isComplete(answer)) return;
      if (!answer.startsWith('HTTP/1.1 2')) reject(new Error(`The server answered: ${answer}`));
      answer = '';
      next();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed the connection')));
    next();
  });
}

function isComplete(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer);
  if (length === null) throw new Error(`An answer without Content-Length: ${answer}`);
  return answer.length >= head + 4 + Number(length[1]);
}
