/**
 * Tells when the client of a response is gone. The response's own 'close' says so once it has the connection; one that is
 * pipelined behind another has no socket yet, and never hears that its connection died.
 *
 * Invariant: one listener on a socket, however many requests are pipelined on it, and none when nobody listens.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Listener = () => void;

const bySocket = new WeakMap<Socket, Set<Listener>>();

/** Whether the client is gone already. */
export function isGone(res: ServerResponse): boolean {
  return res.destroyed || connectionOf(res)?.destroyed === true;
}

/** Calls `listener` when the response or its connection closes, perhaps for each. Returns what takes it off again. */
export function onConnectionClose(res: ServerResponse, listener: Listener): () => void {
  res.on('close', listener);
  // Looked at once: a property of a request in Express costs a microsecond to read, for each has a shape of its own.
  const connection = res.socket ? undefined : connectionOf(res);
  if (connection !== undefined) listenOn(connection).add(listener);
  return () => {
    res.removeListener('close', listener);
    if (connection !== undefined) leave(connection, listener);
  };
}

/** The connection that the request came on, which a pipelined response gets only when it is its turn. */
function connectionOf(res: ServerResponse): Socket | undefined {
  return res.req?.socket as Socket | undefined;
}

function listenOn(socket: Socket): Set<Listener> {
  const known = bySocket.get(socket);
  if (known !== undefined) return known;
  const listeners = new Set<Listener>();
  bySocket.set(socket, listeners);
  socket.on('close', tellAll);
  return listeners;
}

function leave(socket: Socket, listener: Listener): void {
  const listeners = bySocket.get(socket);
  if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
  bySocket.delete(socket);
  socket.removeListener('close', tellAll);
}

function tellAll(this: Socket): void {
  for (const listener of bySocket.get(this) ?? []) listener();
}
