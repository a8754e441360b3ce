/**
 * Finds listeners that were left on the server's sockets, open and closed ones.
 *
 * What Node.js itself puts there is no leftover: it is there when the connection comes, or when its first request does, before
 * the application has seen anything of that connection. Everything else must be gone in the end.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** See above. */
export class SocketListeners {
  private readonly own = new Map<Socket, Set<unknown>>();
  private readonly used = new WeakSet<Socket>();

  constructor(server: Server) {
    // The server's own listener came first, so what it adds to a socket is there already.
    server.on('connection', (socket) => this.own.set(socket, new Set(listenersOf(socket))));
    server.prependListener('request', ({ socket }: IncomingMessage) => {
      if (this.used.has(socket)) return;
      this.used.add(socket);
      for (const listener of listenersOf(socket)) this.own.get(socket)!.add(listener);
    });
  }

  /** How many listeners are there that should not be. */
  left(): number {
    let left = 0;
    for (const [socket, own] of this.own) left += listenersOf(socket).filter((listener) => !own.has(listener)).length;
    return left;
  }
}

function listenersOf(socket: Socket): unknown[] {
  // Node.js leaves an empty listener on a connection that broke, lest what breaks next be an uncaught error.
  const events = socket.eventNames().filter((event) => !(event === 'error' && socket.destroyed));
  return events.flatMap((event) => socket.rawListeners(event));
}
