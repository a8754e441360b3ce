/**
 * What whoever asked is told when a lock refuses.
 *
 * Invariant: it never names a holder or a key, which are for the operator and not for whoever is outside.
 */
import { HttpStatus } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { LockError } from '../../src/index.js';
import { outOfService } from '../refusal.js';

/** The body of an answer. */
export interface RefusalAnswer {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  readonly code: string;
}

/** Every refusal has the same status, and a code of its own. */
export function answerFor(error: LockError): RefusalAnswer {
  return {
    statusCode: HttpStatus.SERVICE_UNAVAILABLE,
    error: 'Service Unavailable',
    message: outOfService(error) ?? 'Too many requests are waiting for the same resource. Try again later.',
    code: error.code,
  };
}

/** How a microservice is told: an exception filter must return an Observable that fails, not throw. */
export function answerWithError(answer: RefusalAnswer): Observable<never> {
  return throwError(() => answer);
}

/**
 * Tells the client of a WebSocket, as an `exception` event, which is how NestJS tells it of any other error. A socket of the
 * platform's kind has a `readyState`, and an `emit` that nobody but the server hears.
 */
export function tellSocket(client: unknown, { message, code }: RefusalAnswer): void {
  const data = { status: 'error', message, code };
  const socket = client as { readyState?: unknown; send(text: string): void; emit(event: string, data: object): void };
  if (typeof socket.readyState === 'number') socket.send(JSON.stringify({ event: 'exception', data }));
  else socket.emit('exception', data);
}
