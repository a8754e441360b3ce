/**
 * The shop of the scenario: Express with real sockets and a span per request, reduced to its locks, because what is measured
 * here has to take exactly as long as the scenario says.
 */
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { withLock } from 'lockmeter';
import { metricsPage } from '../shared/metrics-page.js';
import { requestSpan } from '../shared/request-span.js';
import type { Ledger, Visit } from './ledger.js';
import { LOCK } from './lock-names.js';
import { watchedRoute, workOf } from './watched-route.js';

/** Makes it, ready to listen. All times in milliseconds. */
export function makeShop(ledger: Ledger): Server {
  const app = express();
  // Before the spans: a trace a second of being scraped says nothing.
  app.get('/metrics', metricsPage());
  app.use(requestSpan);
  watchedRoute(app, LOCK.checkout, ledger, { timeout: 350, maxQueue: 5 });
  watchedRoute(app, LOCK.cart, ledger, { timeout: 10_000 });
  app.post('/reservations', async (request, response) => {
    const visit = ledger.ask(LOCK.inventory);
    await reserve(visit, workOf(request));
    response.end();
  });
  return createServer(app);
}

const reserve = withLock(
  LOCK.inventory,
  async (visit: Visit, work: number) => {
    visit.granted();
    await sleep(work);
    visit.released();
  },
  { timeout: 10_000 },
);
