/**
 * Where in the life of a call the lock is taken and given back: each row of the table in docs/nestjs.md.
 */
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  Get,
  type INestApplication,
  type NestInterceptor,
  Param,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { LockManager } from 'lockmeter';
import { WithLock } from 'lockmeter/nestjs';
import { defer, finalize, type Observable, tap } from 'rxjs';
import { until } from '../support/until.js';
import { ADAPTERS } from './adapters.js';
import { startLockedApp } from './start-app.js';

let steps: string[];

beforeEach(() => {
  steps = [];
});

class Guard implements CanActivate {
  canActivate(): boolean {
    steps.push('guard');
    return true;
  }
}

class Around implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    steps.push('interceptor, before');
    return next.handle().pipe(tap(() => steps.push('interceptor, after')));
  }
}

class Pipe implements PipeTransform<string> {
  transform(value: string): string {
    steps.push('pipe');
    return value;
  }
}

@Catch()
class Filter extends BaseExceptionFilter {
  override catch(error: Error, host: ArgumentsHost): void {
    steps.push(`filter: ${error.message}`);
    super.catch(error, host);
  }
}

/** As the decorators of ORMs do it: the transaction is around the method. */
function Transactional(): MethodDecorator {
  return (_target, _property, descriptor: PropertyDescriptor) => {
    const method = descriptor.value;
    descriptor.value = async function (...args: unknown[]) {
      steps.push('begin');
      try {
        const result = await method.apply(this, args);
        steps.push('commit');
        return result;
      } catch (error) {
        steps.push('rollback');
        throw error;
      }
    };
  };
}

@Controller()
@UseGuards(Guard)
@UseInterceptors(Around)
@UseFilters(Filter)
class ShopController {
  @Get('plain/:who')
  @WithLock('shop')
  async plain(@Param('who', Pipe) who: string): Promise<string> {
    steps.push('handler');
    return who;
  }

  @WithLock('shop')
  @Get('broken/:who')
  async broken(@Param('who', Pipe) _who: string): Promise<string> {
    steps.push('handler');
    throw new Error('broken');
  }

  @Get('refused/:who')
  @WithLock('shop', { timeout: 0 })
  async refused(@Param('who', Pipe) _who: string): Promise<string> {
    steps.push('handler');
    return 'never';
  }

  @Get('observable/:who')
  @WithLock('shop')
  observable(@Param('who', Pipe) who: string): Observable<string> {
    steps.push('handler');
    return defer(() => {
      steps.push('subscribed');
      return [who];
    }).pipe(finalize(() => steps.push('torn down')));
  }

  @Get('lock-above/:who')
  @WithLock('shop')
  @Transactional()
  async lockAbove(@Param('who') who: string): Promise<string> {
    steps.push('handler');
    return who;
  }

  @Get('lock-below/:who')
  @Transactional()
  @WithLock('shop')
  async lockBelow(@Param('who') who: string): Promise<string> {
    steps.push('handler');
    return who;
  }

  @Get('rolled-back/:who')
  @WithLock('shop')
  @Transactional()
  async rolledBack(@Param('who') _who: string): Promise<string> {
    throw new Error('rolled back');
  }
}

/** Middleware of the plainest kind, which both servers take. */
function addMiddleware(app: INestApplication): void {
  app.use((_request: unknown, _response: unknown, next: () => void) => {
    steps.push('middleware');
    next();
  });
}

/** Notes when a lock of `manager` is granted and released. */
function noteLocks(manager: LockManager): void {
  const follower = { granted: () => steps.push('acquire'), released: () => steps.push('release') };
  manager.observe({ wants: () => true, attempt: () => follower });
}

const BEFORE = ['middleware', 'guard', 'interceptor, before', 'pipe'];
const BEFORE_WITHOUT_PIPE = BEFORE.slice(0, -1);

describe.each(ADAPTERS)('on %s', (_server, adapter) => {
  async function start() {
    const started = await startLockedApp({ controllers: [ShopController] }, { adapter, prepare: addMiddleware });
    noteLocks(started.manager);
    return started;
  }

  test.each([
    ['a handler', 'plain', [...BEFORE, 'acquire', 'handler', 'release', 'interceptor, after']],
    ['a handler that throws', 'broken', [...BEFORE, 'acquire', 'handler', 'release', 'filter: broken']],
    [
      'a handler that gives an Observable',
      'observable',
      [
        ...BEFORE,
        'acquire',
        'handler',
        'release',
        'acquire',
        'subscribed',
        'interceptor, after',
        'torn down',
        'release',
      ],
    ],
    [
      '@WithLock above @Transactional',
      'lock-above',
      [...BEFORE_WITHOUT_PIPE, 'acquire', 'begin', 'handler', 'commit', 'release', 'interceptor, after'],
    ],
    [
      '@WithLock below @Transactional: others come in before the commit',
      'lock-below',
      [...BEFORE_WITHOUT_PIPE, 'begin', 'acquire', 'handler', 'release', 'commit', 'interceptor, after'],
    ],
    [
      '@WithLock above @Transactional, which rolls back',
      'rolled-back',
      [...BEFORE_WITHOUT_PIPE, 'acquire', 'begin', 'rollback', 'release', 'filter: rolled back'],
    ],
  ])('%s', async (_what, path, expected) => {
    const { send } = await start();
    await send('get', `/${path}/a`);
    await until(() => steps.length >= expected.length);
    expect(steps).toEqual(expected);
  });

  test('a lock that refuses: the handler does not run, and filters answer', async () => {
    const { send, manager } = await start();
    const holder = await manager.lock('shop').hold();
    steps = [];
    expect((await send('get', '/refused/a')).status).toBe(500); // a catch-all filter of the method comes first
    expect(steps).toEqual([...BEFORE, expect.stringMatching(/^filter: Lock "shop" .*held/)]);
    await holder.release();
  });
});
