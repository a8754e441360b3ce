/**
 * A client that is a bare socket: it says what a test wants it to say, reads when it is told to, and leaves in whichever way.
 */
import { connect, type Socket } from 'node:net';
import { until } from '../support/until.js';

/** What makes a request another one than `GET path HTTP/1.1`. */
export interface RequestHead {
  version?: '1.0' | '1.1';
  headers?: readonly string[];
}

const clients: RawClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.socket.destroy();
});

export class RawClient {
  readonly socket: Socket;
  /** All it has read. */
  received = '';
  /** Whether the server has closed the connection. */
  closed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.received += text;
    });
    this.socket.on('end', () => {
      this.closed = true;
    });
    this.socket.on('error', () => {
      this.closed = true;
    });
    clients.push(this);
  }

  send(path: string, { version = '1.1', headers = [] }: RequestHead = {}): void {
    this.socket.write([`GET ${path} HTTP/${version}`, 'Host: shop', ...headers, '', ''].join('\r\n'));
  }

  /** Resolves when it has read as many answers with this status. */
  async answers(status: number, count = 1): Promise<void> {
    await until(() => this.received.split(`HTTP/1.1 ${status} `).length > count, `${count} answers ${status}`);
  }
}
