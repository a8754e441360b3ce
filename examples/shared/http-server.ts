/**
 * The two moments of an HTTP server that need care: its start, when the port may be taken, and its end, when requests are
 * under way.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from './options.js';

/**
 * Listens, and resolves to the port.
 *
 * @throws UsageError when somebody else listens there, or may not be done by this user.
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, port)));
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Takes no new connections and resolves when the last request was answered, or was cut off after `grace` milliseconds. */
export async function drain(server: Server, grace: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A keep-alive connection that was busy when close() was called becomes idle later, and would stay.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const force = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  const other = `choose another one with PORT=${port === 65_535 ? 3001 : port + 1}.`;
  if (error.code === 'EADDRINUSE')
    return new UsageError(`Port ${port} is in use: stop what listens there, or ${other}`);
  if (error.code === 'EACCES') return new UsageError(`This user may not listen on port ${port}: ${other}`);
  return error;
}
