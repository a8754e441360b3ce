/**
 * A real server on a free port and clients that can leave. Every server of a test file is closed after each test, with
 * whatever connections are left.
 */
import { type Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Client {
  /** Rejects when the connection is lost first. */
  reply: Promise<Reply>;
  /** Closes the connection. */
  leave(): void;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

export async function serve(app: Express): Promise<(path: string, method?: string, agent?: Agent) => Client> {
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return (path, method = 'POST', agent) => connect(port, path, method, agent);
}

function connect(port: number, path: string, method: string, agent: Agent | undefined): Client {
  const outgoing = request({ host: '127.0.0.1', port, path, method, agent: agent ?? false });
  const reply = new Promise<Reply>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode!, headers: incoming.headers, body }));
    });
  });
  outgoing.end();
  // A client that leaves has a reply that nobody awaits.
  reply.catch(() => undefined);
  return { reply, leave: () => outgoing.destroy() };
}
