/**
 * Refusals by a lock, as answers: 503 with `Retry-After`.
 *
 * Invariant: it answers only for refusals by locks, and in the way of the transport they came by; `refusal-answer.ts` says
 * what is told.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, ServiceUnavailableException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type LockError, LockManager } from '../../src/index.js';
import { REFUSALS } from '../refusal.js';
import { type EndedHolds, retryAfterSeconds } from '../retry-after.js';
import { answerFor, answerWithError, type RefusalAnswer, tellSocket } from './refusal-answer.js';

/**
 * Answers `LockTimeoutError`, `LockQueueFullError`, `LockClosedError` and `LockEngineError` with 503, `Retry-After` in whole
 * seconds and the body `{ statusCode, error, message, code }`, through the HTTP adapter and so on any platform. A microservice
 * gets the same body as its error, GraphQL a `ServiceUnavailableException` of it, and a WebSocket an `exception` event.
 *
 * `LockModule` registers it for the whole application, and exports it for filters that want to pass errors on to it; a filter
 * of a controller or a method comes first. NestJS applies no application-wide filters to gateways: put
 * `@UseFilters(LockExceptionFilter)` on them.
 *
 * @example
 * { provide: APP_FILTER, useClass: LockExceptionFilter } // what LockModule.forRoot() does; needs LockManager provided
 */
@Catch(...REFUSALS)
export class LockExceptionFilter implements ExceptionFilter<LockError> {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(LockManager) private readonly manager: LockManager,
  ) {}

  /** @throws ServiceUnavailableException, in GraphQL; `error` itself, in a context that is not known. */
  catch(error: LockError, host: ArgumentsHost): unknown {
    const answer = answerFor(error);
    switch (host.getType<string>()) {
      case 'http':
        return this.reply(error, answer, host.switchToHttp().getResponse());
      case 'rpc':
        return answerWithError(answer);
      case 'ws':
        return tellSocket(host.switchToWs().getClient(), answer);
      case 'graphql':
        throw new ServiceUnavailableException({ ...answer }); // without its cause, which could be sent along
      default:
        throw error;
    }
  }

  private reply(error: LockError, answer: RefusalAnswer, response: unknown): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    const seconds = retryAfterSeconds(error, this.holdsOf(error.lock), this.manager);
    httpAdapter.setHeader(response, 'Retry-After', String(seconds));
    httpAdapter.reply(response, answer, answer.statusCode);
  }

  private holdsOf(name: string): EndedHolds | undefined {
    for (const stats of this.manager.stats.all()) if (stats.name === name) return stats.hold;
    return undefined;
  }
}
