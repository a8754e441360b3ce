/**
 * A port that nobody listens on, for a program that cannot choose one itself.
 */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** Free at this moment. Somebody else may take it in the next: be ready to ask again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
