/**
 * Messages over a socket: one value a line, as JSON.
 */
import type { Socket } from 'node:net';

/**
 * Sends one. What is written is in the kernel's hands before this returns, unless the other side has stopped reading.
 */
export function sendLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}

/** Calls `listener` with each that comes. */
export function onLines<T>(socket: Socket, listener: (value: T) => void): void {
  let rest = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) listener(JSON.parse(line) as T);
  });
}
