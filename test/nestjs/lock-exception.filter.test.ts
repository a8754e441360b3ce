/**
 * Refusals by a lock, as answers: over real HTTP, and in the contexts that have no response.
 */
import { jest } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  ExceptionFilter,
  Get,
  HttpException,
  Inject,
  Res,
  ServiceUnavailableException,
  UseFilters,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LockError, LockManager } from 'lockmeter';
import { LockExceptionFilter, WithLock } from 'lockmeter/nestjs';
import { firstValueFrom, type Observable } from 'rxjs';
import { isolatedManager } from '../support/isolated.js';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

@Catch(LockError)
class TeapotFilter implements ExceptionFilter<LockError> {
  catch(error: LockError): void {
    throw new HttpException(error.code, 418);
  }
}

/** Express's response, or Fastify's, which wants to be told that it is written to by hand. */
interface Started {
  write(text: string): void;
  hijack?(): void;
  raw?: Started;
}

@Controller()
class ShopController {
  constructor(@Inject(LockManager) private readonly manager: LockManager) {}

  @Get('impatient')
  @WithLock('shop', { timeout: 0 })
  async impatient(): Promise<string> {
    return 'entered';
  }

  @Get('patient')
  @WithLock('shop')
  async patient(): Promise<string> {
    return 'entered';
  }

  @Get('broken')
  @WithLock('other')
  async broken(): Promise<string> {
    throw new Error('not about locks');
  }

  @Get('nested')
  @WithLock('nested', { key: () => 'secret-key' })
  async nested(): Promise<string> {
    return this.nested();
  }

  @Get('own-filter')
  @UseFilters(TeapotFilter)
  @WithLock('shop', { timeout: 0 })
  async ownFilter(): Promise<string> {
    return 'entered';
  }

  @Get('started')
  async started(@Res() response: Started): Promise<string> {
    response.hijack?.();
    (response.raw ?? response).write('the beginning');
    return this.manager.run('shop', () => 'entered', { timeout: 0 });
  }
}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  test('a timeout is answered with 503, Retry-After and a body that names neither holder nor key', async () => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const holder = await manager.lock('shop').hold({ label: 'secret-holder' });
    const answer = await send('get', '/impatient');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toEqual({
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'Too many requests are waiting for the same resource. Try again later.',
      code: 'ERR_LOCK_TIMEOUT',
    });
    expect(answer.text).not.toContain('secret-holder');
    await holder.release();
    expect((await send('get', '/impatient')).text).toBe('entered');
  });

  test('a full queue and a closed manager are answered alike', async () => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter, maxQueue: 1 });
    const shop = manager.lock('shop');
    const holder = await shop.hold();
    const queued = send('get', '/patient');
    await until(() => shop.queueDepth === 1);
    expect(await send('get', '/patient')).toMatchObject({ status: 503, body: { code: 'ERR_LOCK_QUEUE_FULL' } });
    const closed = manager.close();
    const refused = await send('get', '/patient');
    expect(refused).toMatchObject({ status: 503, body: { code: 'ERR_LOCK_CLOSED' } });
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    await holder.release();
    expect((await queued).text).toBe('entered');
    await closed;
  });

  test('other errors are none of its business, and a filter of the method comes first', async () => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    expect((await send('get', '/broken')).status).toBe(500);
    const holder = await manager.lock('shop').hold();
    expect(await send('get', '/own-filter')).toMatchObject({ status: 418, body: { message: 'ERR_LOCK_TIMEOUT' } });
    await holder.release();
  });

  test('a deadlock is a mistake of the program: 500, and it names neither lock nor key', async () => {
    const { send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter, deadlocks: 'throw' });
    const answer = await send('get', '/nested');
    expect(answer).toMatchObject({ status: 500, body: { statusCode: 500, message: 'Internal server error' } });
    expect(answer.text).not.toMatch(/nested|secret-key/);
    expect(manager.lock('nested', 'secret-key').locked()).toBe(false);
  });

  test('an answer that has started is ended, not answered twice', async () => {
    const { app, send, manager } = await startLockedApp({ controllers: [ShopController] }, { adapter });
    const setHeader = jest.spyOn(app.getHttpAdapter() as HttpAdapterHost['httpAdapter'], 'setHeader');
    const holder = await manager.lock('shop').hold();
    const answer = await send('get', '/started');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('the beginning');
    expect(setHeader).not.toHaveBeenCalled();
    await holder.release();
  });
});

describe('where there is no HTTP response', () => {
  async function refusal() {
    const manager = isolatedManager();
    const holder = await manager.lock('shop', 'secret-key').hold({ label: 'secret-holder' });
    const error = await manager
      .run('shop', () => 'entered', { key: 'secret-key', timeout: 0 })
      .catch((reason: LockError) => reason);
    await holder.release();
    return { error: error as LockError, filter: new LockExceptionFilter(new HttpAdapterHost(), manager) };
  }
  const hostOf = (type: string, client?: object) =>
    ({ getType: () => type, switchToWs: () => ({ getClient: () => client }) }) as unknown as ArgumentsHost;

  /** What `answer` throws, and what can be read from it. */
  function thrownBy(answer: () => unknown): { thrown: unknown; text: string } {
    try {
      answer();
    } catch (thrown) {
      return { thrown, text: `${String(thrown)} ${JSON.stringify(thrown)}` };
    }
    throw new Error('it threw nothing');
  }

  test('a context that is not known: the error is thrown on', async () => {
    const { error, filter } = await refusal();
    expect(thrownBy(() => filter.catch(error, hostOf('telegraph'))).thrown).toBe(error);
  });

  test('graphql: an exception of the framework, which names neither holder nor key', async () => {
    const { error, filter } = await refusal();
    const { thrown, text } = thrownBy(() => filter.catch(error, hostOf('graphql')));
    expect(thrown).toBeInstanceOf(ServiceUnavailableException);
    expect(thrown).toMatchObject({ response: { statusCode: 503, code: 'ERR_LOCK_TIMEOUT' } });
    expect(error.message).toMatch(/secret-key.*secret-holder/);
    expect(text).not.toContain('secret');
  });

  test('rpc: an Observable that fails with the body, as microservices want it', async () => {
    const { error, filter } = await refusal();
    const answer = filter.catch(error, hostOf('rpc')) as Observable<never>;
    const body = await firstValueFrom(answer).catch((reason) => reason);
    expect(body).toMatchObject({ statusCode: 503, code: 'ERR_LOCK_TIMEOUT' });
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  test.each([
    ['send() of a socket of the platform’s kind', { readyState: 1 }],
    ['emit() of any other', {}],
  ])('ws: an exception event by %s', async (_way, kind) => {
    const { error, filter } = await refusal();
    const told: unknown[] = [];
    const client = {
      ...kind,
      send: (text: string) => told.push(JSON.parse(text)),
      emit: (event: string, data: object) => told.push({ event, data }),
    };
    filter.catch(error, hostOf('ws', client));
    const data = { status: 'error', message: expect.stringContaining('Try again later'), code: 'ERR_LOCK_TIMEOUT' };
    expect(told).toEqual([{ event: 'exception', data }]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });
});
