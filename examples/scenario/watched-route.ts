/**
 * A locked route that writes the ledger: one stopwatch before the lock, one at the first and one at the last line behind it.
 *
 * Invariant: every request on it is in the ledger once and ends there once, whichever way it goes: served, refused, or gone
 * while it waited.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express, Request } from 'express';
import { lockRoute } from 'lockmeter/express';
import type { Ledger, Visit } from './ledger.js';

/** Milliseconds a request waits at most, and how many may wait. */
export interface RouteLimits {
  timeout: number;
  maxQueue?: number;
}

/** Makes `POST path` take as long as its `?work=` says, one request at a time; a path with `:id` has a lock for each. */
export function watchedRoute(app: Express, path: string, ledger: Ledger, limits: RouteLimits): void {
  const visits = new WeakMap<IncomingMessage, Visit>();
  app.post(path, (request: Request, response: ServerResponse, next) => {
    const visit = ledger.ask(path, String(request.params.id ?? ''));
    visits.set(request, visit);
    response.once('close', () => visit.failed(new Error('the client left')));
    next();
  });
  app.use(
    lockRoute(path, {
      ...limits,
      handler(error, request, response) {
        visits.get(request)!.failed(error);
        response.sendStatus(503);
      },
    }),
  );
  app.post(path, async (request, response) => {
    const visit = visits.get(request)!;
    visit.granted();
    await sleep(workOf(request));
    visit.released();
    response.end();
  });
}

/** How long the work of this request takes, in milliseconds. */
export function workOf(request: Request): number {
  return Number(request.query.work);
}
