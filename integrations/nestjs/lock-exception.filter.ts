/**
 * Refusals by a lock, as answers: 503 with `Retry-After`.
 *
 * Invariants: it answers only for errors of locks, and only where there is a response to answer with; and the answer never
 * names a holder or a key, which are for the operator and not for whoever is outside.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LockClosedError, type LockError, LockManager, LockQueueFullError, LockTimeoutError } from '../../src/index.js';
import { type EndedHolds, retryAfterSeconds } from '../retry-after.js';
import { answerWithError } from './observable.js';

/**
 * Answers `LockTimeoutError`, `LockQueueFullError` and `LockClosedError` with 503, `Retry-After` in whole seconds and the
 * body `{ statusCode, error, message, code }`, through the HTTP adapter and so on any platform. A microservice gets the same
 * body as its error. In other contexts (GraphQL, WebSockets) the error is thrown on, for their own handling.
 *
 * `LockModule` registers it for the whole application; a filter of a controller or a method comes first.
 *
 * @example
 * { provide: APP_FILTER, useClass: LockExceptionFilter } // what LockModule.forRoot() does; needs LockManager provided
 */
@Catch(LockTimeoutError, LockQueueFullError, LockClosedError)
export class LockExceptionFilter implements ExceptionFilter<LockError> {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(LockManager) private readonly manager: LockManager,
  ) {}

  /** @throws `error` itself, where there is nothing to answer it with. */
  catch(error: LockError, host: ArgumentsHost): unknown {
    const body = {
      statusCode: HttpStatus.SERVICE_UNAVAILABLE,
      error: 'Service Unavailable',
      message: 'Too many requests are waiting for the same resource. Try again later.',
      code: error.code,
    };
    if (host.getType() === 'rpc') return answerWithError(body);
    if (host.getType() !== 'http') throw error;
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    httpAdapter.setHeader(response, 'Retry-After', String(retryAfterSeconds(error, this.holdsOf(error.lock))));
    httpAdapter.reply(response, body, body.statusCode);
  }

  private holdsOf(name: string): EndedHolds | undefined {
    for (const stats of this.manager.stats.all()) if (stats.name === name) return stats.hold;
    return undefined;
  }
}
