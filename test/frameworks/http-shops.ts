/** The shops of the recipes, each served as its framework's users serve it, on a free port. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { fastifyShop } from '../../examples/frameworks/fastify.js';
import { honoShop } from '../../examples/frameworks/hono.js';
import { koaShop } from '../../examples/frameworks/koa.js';

type Pay = (cart: string) => Promise<string>;

/** A shop that listens. */
export interface OpenShop {
  readonly port: number;
  close(): Promise<void>;
}

/** A recipe: the name of its lock, and how to open its shop. */
export interface HttpShop {
  readonly framework: string;
  readonly lock: string;
  open(pay: Pay, timeout?: number): Promise<OpenShop>;
}

export const HTTP_SHOPS: readonly HttpShop[] = [
  {
    framework: 'Fastify',
    lock: 'fastify-checkout',
    async open(pay, timeout) {
      const app = fastifyShop(pay, timeout);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
    },
  },
  {
    framework: 'Koa',
    lock: 'koa-checkout',
    open(pay, timeout) {
      const app = koaShop(pay, timeout);
      app.on('error', () => undefined); // it prints them otherwise
      return listen(createServer(app.callback()));
    },
  },
  {
    framework: 'Hono',
    lock: 'hono-checkout',
    open: (pay, timeout) => listen(createAdaptorServer({ fetch: honoShop(pay, timeout).fetch }) as Server),
  },
];

async function listen(server: Server): Promise<OpenShop> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
