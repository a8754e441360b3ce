/** express-queue, one request at a time and a line without end: it has no keys. */
import { createRequire } from 'node:module';
import type { Express, RequestHandler } from 'express';
import { shop } from './shop.js';

type ExpressQueue = (options: { activeLimit: number; queuedLimit: number }) => RequestHandler;

// CommonJS without types of its own.
const expressQueue = createRequire(import.meta.url)('express-queue') as ExpressQueue;

export function open(): Express {
  return shop(expressQueue({ activeLimit: 1, queuedLimit: -1 }));
}
