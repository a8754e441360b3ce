/**
 * `LockExceptionFilter` beside an application's own filters: which of them answers a refusal.
 */
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  type INestApplication,
  Inject,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { LockError, LockManager, StatsRegistry } from 'lockmeter';
import { LockExceptionFilter, LockModule, WithLock } from 'lockmeter/nestjs';
import { ADAPTERS } from './adapters.js';
import { startApp } from './start-app.js';

let caught: string[];

beforeEach(() => {
  caught = [];
});

@Controller()
class ShopController {
  @Get('impatient')
  @WithLock('shop', { timeout: 0 })
  async impatient(): Promise<string> {
    return 'entered';
  }

  @Get('broken')
  async broken(): Promise<string> {
    throw new Error('not about locks');
  }
}

@Module({ controllers: [ShopController] })
class ShopModule {}

@Catch()
class CatchAll extends BaseExceptionFilter {
  override catch(error: Error, host: ArgumentsHost): void {
    caught.push(error.name);
    super.catch(error, host);
  }
}

@Catch()
class PassingOn extends BaseExceptionFilter {
  constructor(
    @Inject(LockExceptionFilter) private readonly locks: LockExceptionFilter,
    @Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost,
  ) {
    super(httpAdapter);
  }

  override catch(error: Error, host: ArgumentsHost): unknown {
    caught.push(error.name);
    if (error instanceof LockError) return this.locks.catch(error, host);
    return super.catch(error, host);
  }
}

@Catch(LockError)
class OwnAnswer implements ExceptionFilter<LockError> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: LockError, host: ArgumentsHost): void {
    caught.push(error.name);
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { own: error.code }, 409);
  }
}

const lockModule = () => LockModule.forRoot({ stats: new StatsRegistry() });
const filter = (useClass: typeof CatchAll | typeof PassingOn | typeof OwnAnswer) => ({
  provide: APP_FILTER,
  useClass,
});

@Module({ providers: [filter(CatchAll)] })
class CatchAllModule {}

@Module({ providers: [filter(OwnAnswer)] })
class OwnAnswerModule {}

@Module({ providers: [filter(PassingOn)] })
class PassingOnModule {}

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  /** Has the lock refuse a request, and says what answered. */
  async function refusal(metadata: ModuleMetadata, prepare?: (app: INestApplication) => void) {
    const { app, send } = await startApp(metadata, { adapter, prepare });
    const holder = await app.get(LockManager).lock('shop').hold();
    const { status, body, headers } = await send('get', '/impatient');
    await holder.release();
    expect((await send('get', '/broken')).status).toBe(500);
    return { status, code: body.code ?? body.own, retryAfter: headers['retry-after'], caught };
  }
  const byTheModule = { status: 503, code: 'ERR_LOCK_TIMEOUT', retryAfter: '1' };

  test.each([
    ['of the root module', { imports: [lockModule(), ShopModule], providers: [filter(CatchAll)] }],
    ['of a module that is imported before it', { imports: [CatchAllModule, lockModule(), ShopModule] }],
  ])('it comes before a catch-all %s, which gets all else', async (_where, metadata) => {
    expect(await refusal(metadata)).toEqual({ ...byTheModule, caught: ['Error'] });
  });

  test('a filter of a module that is imported after it comes first', async () => {
    const metadata = { imports: [lockModule(), OwnAnswerModule, ShopModule] };
    expect(await refusal(metadata)).toMatchObject({
      status: 409,
      code: 'ERR_LOCK_TIMEOUT',
      caught: ['LockTimeoutError'],
    });
  });

  test('so does one of useGlobalFilters', async () => {
    const addFilter = (app: INestApplication) => app.useGlobalFilters(new CatchAll(app.getHttpAdapter()));
    const answer = await refusal({ imports: [lockModule(), ShopModule] }, addFilter);
    expect(answer).toMatchObject({ status: 500, caught: ['LockTimeoutError', 'Error'] });
  });

  test('which may pass the refusals on to it', async () => {
    const metadata = { imports: [lockModule(), PassingOnModule, ShopModule] };
    expect(await refusal(metadata)).toEqual({ ...byTheModule, caught: ['LockTimeoutError', 'Error'] });
  });
});
